import Glibc

/// A file's bytes as the kernel pages them in: they take up address space, not memory.
///
/// The file must not shrink while it is mapped: reading what is gone ends the process, as with any mapping. Immutable, so
/// any number of threads may read it; hence unchecked.
final class MappedBytes: @unchecked Sendable {
    let bytes: UnsafeRawBufferPointer

    /// Maps `count` bytes, 1 or more, from the start of an open file, which may be closed after that.
    ///
    /// - Returns: nil if the kernel refuses; errno says why.
    init?(descriptor: Int32, count: Int) {
        guard count > 0, let start = mmap(nil, count, PROT_READ, MAP_SHARED, descriptor, 0), start != MAP_FAILED
        else { return nil }
        bytes = UnsafeRawBufferPointer(start: start, count: count)
    }

    deinit {
        munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
    }

    /// Gives back the memory of the pages read so far. They come back from the file, or from the kernel's cache, when they
    /// are read again. Safe while others read.
    func forget() {
        madvise(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count, MADV_DONTNEED)
    }
}
