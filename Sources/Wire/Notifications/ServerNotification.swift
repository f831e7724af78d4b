/// An unsolicited message from the daemon: a JSON-RPC notification.
public protocol ServerNotification: Hashable, Sendable, Decodable {
    /// The `method` member on the wire.
    static var method: ServerMessage.Method { get }
    /// Writes the members of `params` in the order given in the protocol documentation.
    func writeParameters(to writer: inout JSONWriter)
}

extension ServerNotification {
    /// The notification as one line, including the newline. Usually one allocation.
    public func encoded() -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("jsonrpc", "2.0")
        writer.member("method", Self.method.rawValue)
        writer.key("params")
        writer.beginObject()
        writeParameters(to: &writer)
        writer.endObject()
        writer.endObject()
        writer.newline()
        return writer.bytes
    }
}

extension JSONWriter {
    /// Writes Unix time in seconds, rounded to microseconds.
    mutating func time(_ seconds: Double) {
        member("time", seconds, decimals: 6)
    }

    mutating func moment(epoch: Int, sample: Int64) {
        member("epoch", epoch)
        member("sample", sample)
    }
}
