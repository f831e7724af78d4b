import Glibc

/// The address of a Unix socket.
public struct UnixAddress: Sendable, Equatable {
    /// The longest path of a socket in bytes: `sun_path` without its terminator.
    public static let pathLimit = 107

    /// `sun_path`, without a terminator; begins with 0 for an abstract address.
    private let bytes: [UInt8]

    /// The address of a socket file; nil if `path` is empty, too long or contains a zero byte.
    public init?(path: String) {
        let utf8 = Array(path.utf8)
        guard !utf8.isEmpty, utf8.count <= Self.pathLimit, !utf8.contains(0) else { return nil }
        bytes = utf8
    }

    /// An address in the form of `NOTIFY_SOCKET`: an absolute path, or "@" and an abstract name; nil for anything else.
    public init?(notifyPath text: String) {
        guard text.hasPrefix("/") || (text.hasPrefix("@") && text.utf8.count > 1), let plain = UnixAddress(path: text)
        else { return nil }
        var bytes = plain.bytes
        if text.hasPrefix("@") { bytes[0] = 0 }
        self.bytes = bytes
    }

    /// Calls `body` with the address in the form that system calls take.
    public func withSockAddr<R>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let prefix = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 2
        // Paths end with a zero byte; the length of an abstract name is exact.
        let length = prefix + bytes.count + (bytes.first == 0 ? 0 : 1)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(length)) }
        }
    }
}
