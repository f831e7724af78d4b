import Foundation
import Glibc

/// An unnamed file in TMPDIR or /var/tmp, which disappears once it is closed and unmapped everywhere.
struct ScratchFile: ~Copyable {
    private let descriptor: Int32
    private let folder: String
    /// Bytes written.
    private(set) var count = 0

    /// - Throws: ``DatasetError/noScratchSpace(folder:reason:)``.
    init() throws(DatasetError) {
        // Not /tmp by default: it is often in memory.
        let folder = ProcessInfo.processInfo.environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/var/tmp"
        // mkstemp replaces the last six characters.
        var template = Array("\(folder)/notelab-\(String(repeating: "X", count: 6))".utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else {
            throw .noScratchSpace(folder: folder, reason: String(cString: strerror(errno)))
        }
        unlink(template)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        self.descriptor = descriptor
        self.folder = folder
    }

    deinit {
        close(descriptor)
    }

    /// Appends bytes.
    ///
    /// - Throws: ``DatasetError/noScratchSpace(folder:reason:)``, for instance if the disk is full.
    mutating func append(_ bytes: UnsafeRawBufferPointer) throws(DatasetError) {
        var rest = bytes
        while rest.count > 0 {
            let written = write(descriptor, rest.baseAddress, rest.count)
            if written < 0, errno == EINTR { continue }
            guard written > 0 else {
                throw .noScratchSpace(folder: folder, reason: String(cString: strerror(errno)))
            }
            count += written
            rest = UnsafeRawBufferPointer(rebasing: rest[written...])
        }
    }

    /// Maps the file; the mapping may outlive this value.
    func mapped() throws(DatasetError) -> MappedBytes {
        guard let bytes = MappedBytes(descriptor: descriptor, count: count) else {
            throw .noScratchSpace(folder: folder, reason: String(cString: strerror(errno)))
        }
        return bytes
    }
}
