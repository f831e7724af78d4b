/// `tuning`: the tuning in force has changed, or whether it is estimated. Without one, it is an estimate of 440 Hz.
public struct TuningState: ServerNotification {
    public static let method = ServerMessage.Method.tuning

    /// The frequency of A4 in hertz at which notes and positions are found.
    public var a4: Double
    /// Whether it is estimated from what is played; false if it was set.
    public var isAutomatic: Bool

    public init(a4: Double, isAutomatic: Bool) {
        self.a4 = a4
        self.isAutomatic = isAutomatic
    }

    enum CodingKeys: String, CodingKey {
        case a4
        case isAutomatic = "automatic"
    }

    public func writeParameters(to writer: inout JSONWriter) {
        writer.member("a4", a4, decimals: 2)
        writer.member("automatic", isAutomatic)
    }
}

/// The result of `tuning.set`.
extension TuningState: JSONWritable {
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writeParameters(to: &writer)
        writer.endObject()
    }
}
