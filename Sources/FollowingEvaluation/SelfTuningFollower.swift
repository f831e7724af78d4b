import Following
import Sound
import Transcription

/// Follows a score and finds the players' tuning by itself, as the daemon does, but without a network.
///
/// It allocates when the tuning changes. One thread at a time.
public final class SelfTuningFollower: PositionTracker {
    private let follower: SemitoneFollower
    private var listener: TuningListener
    private var selector = TuningSelector()

    /// - Throws: `FollowingError`, or `SoundError` if the transform cannot be allocated.
    public init(_ score: FollowingScore, options: FollowingOptions) throws {
        follower = try SemitoneFollower(score, options: options)
        listener = try TuningListener()
        retune(searching: true)
    }

    /// The tuning in force: the frequency of A4 in hertz.
    public var a4: Double { selector.a4 }

    public var confidenceInputs: ConfidenceInputs { follower.confidenceInputs }

    public func process(_ hop: Span<Float>) -> FollowingReport {
        let report = follower.process(hop)
        if let semitones = follower.decidedSemitones, selector.shift(bySemitones: semitones) != nil {
            retune(searching: false)
        }
        if selector.step(listener.process(hop)) != nil { retune(searching: true) }
        return report
    }

    private func retune(searching: Bool) {
        follower.retune(
            FollowerTuning(a4: selector.a4, neighbours: (selector.neighbour(-1), selector.neighbour(1))))
        if searching { follower.searchSemitones() }
    }

    public func skip(_ samples: Int64) { follower.skip(samples) }
    public func goTo(beat: Double) { follower.goTo(beat: beat) }
    public func pause() { follower.pause() }
    public func resume() { follower.resume() }
}
