/// The options of a follower.
public struct FollowingOptions: Sendable, Equatable {
    public var method: FollowingMethod
    public var repeats: RepeatPolicy

    public init(method: FollowingMethod = .standard, repeats: RepeatPolicy = .scoreOrder) {
        self.method = method
        self.repeats = repeats
    }
}

/// The methods of following.
public enum FollowingMethod: String, Sendable, CaseIterable, Codable {
    /// Tracks position and tempo together, and finds the players again after a jump. The default.
    case standard
    /// On-line time warping (S. Dixon, "Live tracking of musical performances using on-line time warping", DAFx 2005).
    case dixon
    /// On-line time warping in a window that only moves forward (A. Arzt, "Flexible and robust music tracking", 2016).
    case arzt
}

/// Which of several places that sound the same is the estimate.
public enum RepeatPolicy: String, Sendable, CaseIterable, Codable {
    /// The next place in the order of play, or the first if none follows.
    case scoreOrder = "score-order"
    /// The place nearest to the last known position.
    case nearest
    /// None. The state is `lost` until something is played that distinguishes the places.
    case evidence
}
