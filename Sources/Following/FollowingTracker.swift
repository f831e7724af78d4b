/// What a follower leaves the work to: one of the methods.
protocol FollowingTracker: AnyObject {
    /// What its confidence was made from.
    var confidenceInputs: ConfidenceInputs { get }

    /// Takes the next hop.
    func process(_ hop: Span<Float>)

    /// What is believed after so many samples.
    func report(sample: Int64, score: FollowingScore) -> FollowingReport

    /// Hops were lost.
    func skip(_ hops: Int)

    func goTo(second: Double)
    func pause()
    func resume()
}

extension StandardTracker: FollowingTracker {}
