/// How a follower listens.
public struct FollowingOptions: Sendable, Equatable {
    public var method: FollowingMethod
    public var repeats: RepeatPolicy

    public init(method: FollowingMethod = .standard, repeats: RepeatPolicy = .scoreOrder) {
        self.method = method
        self.repeats = repeats
    }
}

/// The ways to follow.
public enum FollowingMethod: String, Sendable, CaseIterable, Codable {
    /// Position and tempo tracked together, with recovery: the default.
    case standard
    /// On-line time warping (S. Dixon, "Live tracking of musical performances using on-line time warping", DAFx 2005).
    case dixon
    /// On-line time warping with a window that only goes forward (A. Arzt, "Flexible and robust music tracking", 2016).
    case arzt
}

/// What to believe where two places of the score sound the same.
public enum RepeatPolicy: String, Sendable, CaseIterable, Codable {
    /// The players follow the order of play as long as nothing speaks against it.
    case scoreOrder = "score-order"
    /// The players are at the place that is nearest to the last one known.
    case nearest
    /// Undecided, `lost`, until what is played tells the places apart.
    case evidence
}
