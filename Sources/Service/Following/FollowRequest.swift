import Wire

/// What a client asks of the follower.
public enum FollowRequest: Sendable, Equatable {
    /// From the beginning of the score, and no longer paused.
    case start
    case pause
    case resume
    case goTo(Command.ScorePlace)
}
