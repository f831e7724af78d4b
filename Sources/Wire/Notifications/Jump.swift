/// `jump`: the position has moved by itself (a repeat, a skip) or by request.
public struct Jump: ServerNotification {
    public static let method = ServerMessage.Method.jump

    /// In quarter notes from the start of the score, as `toBeat`.
    public var fromBeat: Double
    public var toBeat: Double

    public init(fromBeat: Double, toBeat: Double) {
        self.fromBeat = fromBeat
        self.toBeat = toBeat
    }

    enum CodingKeys: String, CodingKey {
        case fromBeat = "from_beat"
        case toBeat = "to_beat"
    }

    public func writeParameters(to writer: inout JSONWriter) {
        writer.member("from_beat", fromBeat, decimals: 4)
        writer.member("to_beat", toBeat, decimals: 4)
    }
}
