import NIOCore

/// The address of an HTTP listener, written as ADDR:PORT: an IP address or `localhost`, and a port.
///
/// Host names are not looked up, because the answer may change and may take seconds.
public struct WebAddress: Sendable, Equatable, CustomStringConvertible {
    /// An IP address without brackets.
    public let host: String
    /// 0...65535; 0 lets the system choose.
    public let port: Int

    /// - Parameter text: such as "127.0.0.1:9464", "localhost:9464" or "[::1]:9464".
    /// - Throws: ``WebError/badAddress(_:)``.
    public init(parsing text: String) throws(WebError) {
        guard let colon = text.lastIndex(of: ":") else { throw .badAddress(text) }
        var host = String(text[..<colon])
        let digits = text[text.index(after: colon)...]
        guard (1...5).contains(digits.utf8.count), digits.utf8.allSatisfy({ (48...57).contains($0) }),
            let port = Int(digits), port <= 65_535
        else { throw .badAddress(text) }
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = String(host.dropFirst().dropLast())
            guard host.contains(":") else { throw .badAddress(text) }
        } else if host.contains(":") {
            throw .badAddress(text)
        }
        if host.lowercased() == "localhost" { host = "127.0.0.1" }
        guard (try? SocketAddress(ipAddress: host, port: port)) != nil else { throw .badAddress(text) }
        self.host = host
        self.port = port
    }

    /// As it is written in a URL.
    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// Whether only programs on this machine can connect.
    public var isLoopback: Bool {
        guard let address = try? SocketAddress(ipAddress: host, port: port) else { return false }
        return Self.isLoopback(address)
    }

    static func isLoopback(_ address: SocketAddress) -> Bool {
        switch address {
        case .v4(let address): UInt32(bigEndian: address.address.sin_addr.s_addr) >> 24 == 127
        case .v6(let address):
            withUnsafeBytes(of: address.address.sin6_addr) { bytes in
                bytes.dropLast().allSatisfy { $0 == 0 } && bytes.last == 1
            }
        case .unixDomainSocket: true
        }
    }
}
