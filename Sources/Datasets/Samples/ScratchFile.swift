import Foundation
import Glibc

/// A file without a name, in TMPDIR or /var/tmp, that is gone when nobody has it open or mapped any more.
struct ScratchFile: ~Copyable {
    private let descriptor: Int32
    private let folder: String
    /// Bytes written.
    private(set) var count = 0

    /// - Throws: ``DatasetError/noScratchSpace(folder:reason:)``.
    init() throws(DatasetError) {
        // Not /tmp by default: that is often memory.
        let folder = ProcessInfo.processInfo.environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/var/tmp"
        // mkstemp puts a name of its own in place of the last six letters.
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
    /// - Throws: ``DatasetError/noScratchSpace(folder:reason:)``, as on a full disk.
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

    /// The file's bytes, mapped; they outlive this value.
    func mapped() throws(DatasetError) -> MappedBytes {
        guard let bytes = MappedBytes(descriptor: descriptor, count: count) else {
            throw .noScratchSpace(folder: folder, reason: String(cString: strerror(errno)))
        }
        return bytes
    }
}
