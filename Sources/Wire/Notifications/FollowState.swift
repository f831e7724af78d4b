/// `follow_state`: what the score follower is doing.
public struct FollowState: ServerNotification {
    public enum State: String, CaseIterable, Hashable, Sendable, Codable {
        /// For the first note.
        case waiting
        case following
        /// Paused by request, or the music has stopped.
        case holding
        case lost
        case ended
    }

    public static let method = ServerMessage.Method.followState

    public var state: State
    /// 0...1.
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
