/// `score`: the loaded score. Sent when a score is loaded, replaced or unloaded, and on connecting while one is loaded.
public struct ScoreState: ServerNotification {
    public static let method = ServerMessage.Method.score

    /// Nil after the score was unloaded.
    public var score: ScoreDescription?

    public init(score: ScoreDescription?) {
        self.score = score
    }

    public func writeParameters(to writer: inout JSONWriter) {
        writer.member("score", score)
    }
}

/// `follow_state`: the state of the score follower.
public struct FollowState: ServerNotification {
    public enum State: String, CaseIterable, Hashable, Sendable, Codable {
        /// Waiting for the first note.
        case waiting
        /// The position is known and advancing.
        case following
        /// Paused by request, or the music has stopped.
        case holding
        /// What is being played does not match the estimated position.
        case lost
        /// The players have reached the end of the score.
        case ended
    }

    public static let method = ServerMessage.Method.followState

    public var state: State
    /// The probability that the position is within half a second of the truth, 0...1.
    public var confidence: Double

    public init(state: State, confidence: Double) {
        self.state = state
        self.confidence = confidence
    }

    public func writeParameters(to writer: inout JSONWriter) {
        writer.member("state", state.rawValue)
        writer.member("confidence", confidence, decimals: 4)
    }
}

/// `jump`: the position changed by a repeat or skip, or by request.
public struct Jump: ServerNotification {
    public static let method = ServerMessage.Method.jump

    /// In quarter notes from the start of the score, like `toBeat`.
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
