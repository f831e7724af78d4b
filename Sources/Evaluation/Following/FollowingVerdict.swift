/// What was found out about a pair.
public enum FollowingVerdict: Sendable, Equatable {
    case played(FollowingEvaluation)
    /// Nothing of the score is played in the recording.
    case unplayed(UnplayedEvaluation)

    public var pair: String {
        switch self {
        case .played(let evaluation): evaluation.pair
        case .unplayed(let evaluation): evaluation.pair
        }
    }

    public var played: FollowingEvaluation? {
        if case .played(let evaluation) = self { evaluation } else { nil }
    }

    public var unplayed: UnplayedEvaluation? {
        if case .unplayed(let evaluation) = self { evaluation } else { nil }
    }
}
