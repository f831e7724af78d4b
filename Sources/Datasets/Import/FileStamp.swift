import Glibc

/// By which a file is known not to have changed.
public struct FileStamp: Codable, Hashable, Sendable {
    /// Bytes.
    public var size: Int
    /// Of the last change, in nanoseconds since 1970.
    public var modified: Int

    /// Nil if there is no such file.
    public init?(path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        size = Int(status.st_size)
        modified = Int(status.st_mtim.tv_sec) &* 1_000_000_000 &+ Int(status.st_mtim.tv_nsec)
    }
}
