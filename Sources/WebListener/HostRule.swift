import NIOCore

/// Decides whether a request was meant for this server, by its `Host` and `Origin` fields.
///
/// A page on the web can make its visitor's browser connect to a server on the visitor's own machine, by a name that
/// resolves to 127.0.0.1 (DNS rebinding). The browser then names the attacker's host, so only hosts that an attacker
/// cannot own are served: IP addresses, `localhost`, and this machine's own name.
public struct HostRule: Sendable {
    private let names: Set<String>

    /// - Parameter machineName: the machine's own name, without a domain; empty if unknown.
    public init(machineName: String) {
        let name = machineName.lowercased()
        names = name.isEmpty ? ["localhost"] : ["localhost", name, name + ".local"]
    }

    /// The refusal of a request with these fields; nil if it may be served.
    ///
    /// - Parameters:
    ///   - hosts: all `Host` fields.
    ///   - origins: all `Origin` fields.
    ///   - needsHost: whether a request without `Host` is invalid, as it is from HTTP/1.1 on.
    func refusal(hosts: [String], origins: [String], needsHost: Bool) -> WebResponse? {
        guard hosts.count == 1 || (hosts.isEmpty && !needsHost) else {
            return .failure(400, "A request needs exactly one Host field; this one has \(hosts.count).")
        }
        if let host = hosts.first, !isOurs(host) {
            return .failure(
                400, "The Host field names '\(Self.excerpt(host))', which is not this server; use its IP address.")
        }
        for origin in origins where !isOurs(origin: origin) {
            return .failure(403, "Pages of '\(Self.excerpt(origin))' may not use this server.")
        }
        return nil
    }

    /// Whether `host`, with or without a port, is an IP address or one of our names.
    func isOurs(_ host: String) -> Bool {
        var name = host.lowercased()
        if name.hasPrefix("[") {
            guard let end = name.firstIndex(of: "]"), Self.isPort(name[name.index(after: end)...]) else { return false }
            name = String(name[name.index(after: name.startIndex)..<end])
            return name.contains(":") && (try? SocketAddress(ipAddress: name, port: 0)) != nil
        }
        if let colon = name.firstIndex(of: ":") {
            guard Self.isPort(name[colon...]) else { return false }
            name = String(name[..<colon])
        }
        return names.contains(name) || (try? SocketAddress(ipAddress: name, port: 0)) != nil
    }

    private func isOurs(origin: String) -> Bool {
        for scheme in ["http://", "https://"] where origin.lowercased().hasPrefix(scheme) {
            return isOurs(String(origin.dropFirst(scheme.count)))
        }
        return false
    }

    /// Whether `text` is empty or ":" with digits.
    private static func isPort(_ text: Substring) -> Bool {
        text.isEmpty
            || (text.first == ":" && (1...5).contains(text.dropFirst().utf8.count)
                && text.dropFirst().utf8.allSatisfy { (48...57).contains($0) })
    }

    /// Printable ASCII, at most 60 characters.
    private static func excerpt(_ text: String) -> String {
        String(decoding: text.utf8.prefix(60).map { (33...126).contains($0) ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
    }
}
