/// How a follower stands to the players.
public enum FollowingState: String, Sendable, CaseIterable, Codable {
    /// Nothing was played yet.
    case waiting
    /// The position is known and moves.
    case following
    /// The position is known; the players pause, or the client has asked to pause.
    case holding
    /// What is played doesn't fit where the score was believed to be; the position is the last one believed.
    case lost
    /// The score has been played to its end.
    case ended
}
