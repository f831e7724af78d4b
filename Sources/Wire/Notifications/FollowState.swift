/// `follow_state`: what the score follower is doing.
public struct FollowState: ServerNotification {
    public enum State: String, CaseIterable, Hashable, Sendable, Codable {
        /// For the first note. Nothing was played yet.
        case waiting
        /// The position is known and moves.
        case following
        /// Paused by request, or the music has stopped.
        case holding
        /// What is played doesn't fit where the score was believed to be.
        case lost
        /// The score has been played to its end.
        case ended
    }

    public static let method = ServerMessage.Method.followState

    public var state: State
    /// The probability that the position is right within half a second, 0...1.
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
