import Foundation
import Glibc

/// Reads model files that other programs may be writing.
enum ModelBytes {
    /// The maximum size of a model file in bytes.
    static let sizeLimit = 1 << 30

    /// The content of a file. It is not mapped: a mapped file that another program truncates kills the process with
    /// SIGBUS.
    ///
    /// - Throws: ``ModelError/unreadable(path:reason:)``, also if the file changed while it was read.
    static func read(_ path: String) throws(ModelError) -> Data {
        func fail(_ reason: String) -> ModelError { .unreadable(path: path, reason: reason) }
        // Opening a pipe would wait for its writer.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw fail(reason(errno)) }
        defer { close(descriptor) }
        var before = stat()
        guard fstat(descriptor, &before) == 0 else { throw fail(reason(errno)) }
        guard before.st_mode & S_IFMT != S_IFDIR else { throw fail("it is a folder") }
        guard before.st_mode & S_IFMT == S_IFREG else { throw fail("it is not a regular file") }
        guard before.st_size <= sizeLimit else { throw fail("it is larger than \(sizeLimit >> 30) GiB") }

        var data = Data(count: Int(before.st_size))
        var filled = 0
        while filled < data.count {
            let count = data.withUnsafeMutableBytes { space in
                space.baseAddress.map { Glibc.read(descriptor, $0 + filled, space.count - filled) } ?? 0
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw fail(reason(errno)) }
            guard count > 0 else { break }
            filled += count
        }
        var after = stat()
        guard fstat(descriptor, &after) == 0, filled == data.count, after.st_size == before.st_size,
            after.st_mtim.tv_sec == before.st_mtim.tv_sec, after.st_mtim.tv_nsec == before.st_mtim.tv_nsec
        else { throw fail("it changed while it was being read; try again once it is complete") }
        return data
    }

    private static func reason(_ code: Int32) -> String {
        switch code {
        case ENOENT: "there is no such file"
        case EACCES, EPERM: "this user cannot read it"
        default: String(cString: strerror(code))
        }
    }
}
