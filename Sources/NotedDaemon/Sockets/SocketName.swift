import Glibc

/// The name to which a Unix socket is bound. Source: unix(7).
enum SocketName: Sendable, Equatable {
    /// As given to `bind`: absolute, or relative to a directory that is not recorded. A file may no longer be there.
    case path(String)
    /// A name without a file, to which every process in the network namespace may connect.
    case abstract(String)
    case unnamed

    /// Reads the name of a socket.
    init(of descriptor: Int32) {
        var address = sockaddr_un()
        var length = socklen_t(MemoryLayout<sockaddr_un>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        let prefix = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 2
        let count = Int(length) - prefix
        guard result == 0, count > 0 else {
            self = .unnamed
            return
        }
        let bytes = withUnsafeBytes(of: &address.sun_path) { Array($0.prefix(count)) }
        self =
            bytes[0] == 0
            ? .abstract(String(decoding: bytes.dropFirst(), as: UTF8.self))
            : .path(String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self))
    }

    /// Whether the socket was bound in the directory of the system service's socket.
    var isSystem: Bool {
        guard case .path(let path) = self else { return false }
        return path.hasPrefix(SocketPlace.systemFolder + "/")
    }
}

extension SocketName: CustomStringConvertible {
    /// For messages; an abstract name begins with "@".
    var description: String {
        switch self {
        case .path(let path): path
        case .abstract(let name): "@" + name
        case .unnamed: "a passed socket"
        }
    }
}
