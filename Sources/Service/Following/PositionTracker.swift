import Following

/// What ``LiveFollowing`` needs of a follower; ``Following/Follower`` is the one there is, and tests have their own.
protocol PositionTracker: AnyObject {
    /// Takes the next 512 samples at 44.1 kHz, mono.
    func process(_ hop: Span<Float>) -> FollowingReport
    /// Samples were lost.
    func skip(_ samples: Int64)
    /// The players are, or will begin, at this beat of the order of play.
    func goTo(beat: Double)
    func pause()
    func resume()
}

extension Follower: PositionTracker {}
