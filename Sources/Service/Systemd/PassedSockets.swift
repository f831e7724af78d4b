import Glibc

/// The listening sockets that systemd passes at start. Source: sd_listen_fds(3).
public struct PassedSockets: Sendable, Equatable {
    /// The first descriptor systemd passes.
    static let firstDescriptor: Int32 = 3
    /// The name our socket unit gives its descriptor (`FileDescriptorName=`).
    public static let name = "noted"

    /// One descriptor and the name its unit gave it.
    public struct Descriptor: Sendable, Equatable {
        public var number: Int32
        public var name: String
    }

    public let descriptors: [Descriptor]

    /// Reads `LISTEN_FDS`, `LISTEN_PID` and `LISTEN_FDNAMES`; no descriptors when they speak to another process.
    ///
    /// - Throws: ``ServiceError/activation(_:)`` when they contradict themselves.
    public init(_ environment: [String: String], process: Int32) throws(ServiceError) {
        guard let count = environment["LISTEN_FDS"], let owner = environment["LISTEN_PID"], Int32(owner) == process
        else {
            descriptors = []
            return
        }
        guard let number = Int32(count), (0...1024).contains(number) else {
            throw .activation("LISTEN_FDS is '\(count)' where a small number is due")
        }
        let names = (environment["LISTEN_FDNAMES"] ?? "").split(separator: ":", omittingEmptySubsequences: false)
        descriptors = (0..<Int(number)).map {
            Descriptor(number: Self.firstDescriptor + Int32($0), name: $0 < names.count ? String(names[$0]) : "")
        }
    }

    /// The descriptor to listen on: the only one, or the one named "noted"; nil when none was passed.
    public func listener() throws(ServiceError) -> Int32? {
        if descriptors.count <= 1 { return descriptors.first?.number }
        let ours = descriptors.filter { $0.name == Self.name }
        guard ours.count == 1, let chosen = ours.first else {
            throw .activation(
                "\(descriptors.count) sockets came (\(descriptors.map { "'\($0.name)'" }.joined(separator: ", "))) and "
                    + "not exactly one is named '\(Self.name)'; set FileDescriptorName=\(Self.name) in the socket unit")
        }
        return chosen.number
    }

    /// Checks that `descriptor` is a Unix stream socket that listens, and returns the path it is bound to, if any.
    public static func checkListener(_ descriptor: Int32) throws(ServiceError) -> String {
        func option(_ name: Int32) -> Int32? {
            var value: Int32 = 0
            var length = socklen_t(MemoryLayout<Int32>.size)
            return getsockopt(descriptor, SOL_SOCKET, name, &value, &length) == 0 ? value : nil
        }
        guard option(SO_DOMAIN) == AF_UNIX, option(SO_TYPE) == Int32(SOCK_STREAM.rawValue) else {
            throw .activation("descriptor \(descriptor) is not a Unix stream socket; use ListenStream= with a path")
        }
        guard option(SO_ACCEPTCONN) == 1 else {
            throw .activation("descriptor \(descriptor) does not listen; the socket unit needs Accept=no")
        }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        return path(of: descriptor)
    }

    private static func path(of descriptor: Int32) -> String {
        var address = sockaddr_un()
        var length = socklen_t(MemoryLayout<sockaddr_un>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        guard result == 0 else { return "a passed socket" }
        let bytes = withUnsafeBytes(of: &address.sun_path) { Array($0.prefix { $0 != 0 }) }
        return bytes.isEmpty ? "a passed socket" : String(decoding: bytes, as: UTF8.self)
    }
}
