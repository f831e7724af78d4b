import Glibc

/// The listening sockets that systemd passes at startup. Source: sd_listen_fds(3).
public struct PassedSockets: Sendable, Equatable {
    /// The first descriptor that systemd passes.
    static let firstDescriptor: Int32 = 3
    /// The name that our socket unit gives its descriptor (`FileDescriptorName=`).
    public static let name = "noted"
    /// The name of a passed TCP socket for HTTP.
    public static let httpName = "http"

    /// A descriptor and its name in the socket unit.
    public struct Descriptor: Sendable, Equatable {
        public var number: Int32
        public var name: String
    }

    public let descriptors: [Descriptor]

    /// Reads `LISTEN_FDS`, `LISTEN_PID` and `LISTEN_FDNAMES`. There are no descriptors if they are meant for another
    /// process.
    ///
    /// - Throws: ``DaemonError/activation(_:)`` if the count is invalid.
    public init(_ environment: [String: String], process: Int32) throws(DaemonError) {
        guard let count = environment["LISTEN_FDS"], let owner = environment["LISTEN_PID"], Int32(owner) == process
        else {
            descriptors = []
            return
        }
        guard let number = Int32(count), (0...1024).contains(number) else {
            throw .activation("LISTEN_FDS is '\(count)', but must be a number from 0 to 1024")
        }
        let names = (environment["LISTEN_FDNAMES"] ?? "").split(separator: ":", omittingEmptySubsequences: false)
        descriptors = (0..<Int(number)).map {
            Descriptor(number: Self.firstDescriptor + Int32($0), name: $0 < names.count ? String(names[$0]) : "")
        }
    }

    /// The descriptor to listen on for HTTP: the one named "http"; nil if none was passed.
    ///
    /// - Throws: ``DaemonError/activation(_:)`` if there are several, or it is not a listening TCP socket.
    public func httpListener() throws(DaemonError) -> Int32? {
        let matches = descriptors.filter { $0.name == Self.httpName }
        guard let chosen = matches.first?.number else { return nil }
        guard matches.count == 1 else {
            throw .activation("\(matches.count) are named '\(Self.httpName)'; pass only one")
        }
        let domain = Self.option(SO_DOMAIN, of: chosen)
        guard domain == AF_INET || domain == AF_INET6,
            Self.option(SO_TYPE, of: chosen) == Int32(SOCK_STREAM.rawValue), Self.option(SO_ACCEPTCONN, of: chosen) == 1
        else {
            throw .activation(
                "descriptor \(chosen), named '\(Self.httpName)', is not a listening TCP socket; use ListenStream= with "
                    + "an address and a port, and Accept=no")
        }
        _ = fcntl(chosen, F_SETFD, FD_CLOEXEC)
        return chosen
    }

    private static func option(_ name: Int32, of descriptor: Int32) -> Int32? {
        var value: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(descriptor, SOL_SOCKET, name, &value, &length) == 0 ? value : nil
    }

    /// The descriptor to listen on: the only one, or the one named "noted"; nil if none was passed. A socket for HTTP
    /// doesn't count.
    public func listener() throws(DaemonError) -> Int32? {
        let descriptors = descriptors.filter { $0.name != Self.httpName }
        if descriptors.count <= 1 { return descriptors.first?.number }
        let matches = descriptors.filter { $0.name == Self.name }
        guard matches.count == 1, let chosen = matches.first else {
            throw .activation(
                "there are \(descriptors.count) (\(descriptors.map { "'\($0.name)'" }.joined(separator: ", "))), and "
                    + "not exactly one is named '\(Self.name)'; set FileDescriptorName=\(Self.name) in the socket unit")
        }
        return chosen.number
    }

    /// Checks that `descriptor` is a listening Unix stream socket, and returns the name it is bound to.
    static func checkListener(_ descriptor: Int32) throws(DaemonError) -> SocketName {
        func option(_ name: Int32) -> Int32? {
            var value: Int32 = 0
            var length = socklen_t(MemoryLayout<Int32>.size)
            return getsockopt(descriptor, SOL_SOCKET, name, &value, &length) == 0 ? value : nil
        }
        guard option(SO_DOMAIN) == AF_UNIX, option(SO_TYPE) == Int32(SOCK_STREAM.rawValue) else {
            throw .activation("descriptor \(descriptor) is not a Unix stream socket; use ListenStream= with a path")
        }
        guard option(SO_ACCEPTCONN) == 1 else {
            throw .activation("descriptor \(descriptor) is not listening; set Accept=no in the socket unit")
        }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        return SocketName(of: descriptor)
    }
}
