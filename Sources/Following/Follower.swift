import Sound

/// Follows a score, hop by hop. Never looks ahead; time and memory of a hop don't depend on how long it has been following, nor on the
/// score's length.
///
/// One thread at a time. `process(_:)` allocates nothing.
public final class Follower: PositionTracker {
    public let score: FollowingScore
    public let options: FollowingOptions
    private let tracker: any FollowingTracker
    private var sample: Int64 = 0

    /// Waits at the beginning of the score.
    ///
    /// - Throws: `FollowingError.noSounds` if the score was not prepared with sounds.
    public init(_ score: FollowingScore, options: FollowingOptions = FollowingOptions()) throws(FollowingError) {
        self.score = score
        self.options = options
        switch options.method {
        case .standard: tracker = try StandardTracker(score, repeats: options.repeats)
        case .dixon, .arzt: tracker = try ReferenceTracker(score, method: options.method)
        }
    }

    /// Takes the next 512 samples at 44.1 kHz, mono.
    public func process(_ hop: Span<Float>) -> FollowingReport {
        sample += Int64(hop.count)
        tracker.process(hop)
        return tracker.report(sample: sample, score: score)
    }

    /// What the confidence in the last report was made from.
    public var confidenceInputs: ConfidenceInputs { tracker.confidenceInputs }

    /// Samples were lost: time has passed that nobody has heard, and the players have gone on.
    public func skip(_ samples: Int64) {
        sample += samples
        tracker.skip(Int(samples) / SlidingSpectrum.hop)
    }

    /// The players are, or will begin, at this beat of the order of play.
    public func goTo(beat: Double) {
        tracker.goTo(second: score.score.tempo.seconds(atBeat: beat))
    }

    /// Holds the position, whatever is heard, until ``resume()``.
    public func pause() { tracker.pause() }

    public func resume() { tracker.resume() }
}
