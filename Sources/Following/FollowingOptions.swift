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

extension RepeatPolicy {
    /// Of places that sound the same, the one to believe; nil for none.
    ///
    /// - Parameters:
    ///   - places: in any unit that ascends along the order of play.
    ///   - here: where the players were, in the same unit.
    func preferred(among places: some Sequence<Int>, from here: Int) -> Int? {
        switch self {
        case .scoreOrder:
            var next: Int?
            var first: Int?
            for place in places {
                if place > here { next = min(next ?? place, place) }
                first = min(first ?? place, place)
            }
            return next ?? first
        case .nearest: return places.min { abs($0 - here) < abs($1 - here) }
        case .evidence: return nil
        }
    }
}
