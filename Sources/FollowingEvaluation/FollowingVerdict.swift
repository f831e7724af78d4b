/// What was found out about a pair.
public enum FollowingVerdict: Sendable, Equatable {
    case played(PlayedEvaluation)
    /// Nothing of the score is played in the recording.
    case unplayed(UnplayedEvaluation)

    public var pair: String {
        switch self {
        case .played(let evaluation): evaluation.pair
        case .unplayed(let evaluation): evaluation.pair
        }
    }

    public var played: PlayedEvaluation? {
        if case .played(let evaluation) = self { evaluation } else { nil }
    }

    public var unplayed: UnplayedEvaluation? {
        if case .unplayed(let evaluation) = self { evaluation } else { nil }
    }
}
