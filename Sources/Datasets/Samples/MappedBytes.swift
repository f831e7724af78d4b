import Glibc

/// A memory-mapped file, which uses address space rather than memory.
///
/// The file must not shrink while mapped: reading beyond its end kills the process, as with any mapping. Immutable, so
/// any number of threads may read it, which is why it is unchecked `Sendable`.
final class MappedBytes: @unchecked Sendable {
    let bytes: UnsafeRawBufferPointer

    /// Maps the first `count` bytes, 1 or more, of an open file, which may be closed afterwards.
    ///
    /// - Returns: nil with errno set if mapping fails.
    init?(descriptor: Int32, count: Int) {
        guard count > 0, let start = mmap(nil, count, PROT_READ, MAP_SHARED, descriptor, 0), start != MAP_FAILED
        else { return nil }
        bytes = UnsafeRawBufferPointer(start: start, count: count)
    }

    deinit {
        munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
    }

    /// Releases the memory of the pages read so far; they are paged in again when needed. Safe while other threads
    /// read.
    func forget() {
        madvise(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count, MADV_DONTNEED)
    }
}
