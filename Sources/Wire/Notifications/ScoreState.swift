/// `score`: which score is loaded. Sent when one is loaded, replaced or unloaded, and to whoever connects while one is.
public struct ScoreState: ServerNotification {
    public static let method = ServerMessage.Method.score

    /// Nil: none is loaded any more.
    public var score: ScoreDescription?

    public init(score: ScoreDescription?) {
        self.score = score
    }

    public func writeParameters(to writer: inout JSONWriter) {
        writer.member("score", score)
    }
}
