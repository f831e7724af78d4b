import Sound

/// Follows a score, hop by hop. ``Follower`` is the implementation; tests of its users have their own.
///
/// One thread at a time. `process` allocates nothing and takes the same time however long it has been following.
public protocol PositionTracker: AnyObject {
    /// Takes the next 512 samples at 44.1 kHz, mono.
    func process(_ hop: Span<Float>) -> FollowingReport

    /// Accounts for lost samples: the players went on while no audio arrived.
    func skip(_ samples: Int64)

    /// Declares that the players are at this beat of the order of play, or will begin there.
    func goTo(beat: Double)

    /// Holds the position, whatever is played, until ``resume()``.
    func pause()

    func resume()
}

/// Follows a score, hop by hop, without looking ahead. The time and memory of a hop depend neither on how long it has
/// been following nor on the length of the score.
///
/// One thread at a time. `process(_:)` allocates nothing.
public final class Follower: PositionTracker {
    public let score: FollowingScore
    public let options: FollowingOptions
    private let tracker: any FollowingTracker
    private var sample: Int64 = 0

    /// Creates a follower that waits at the beginning of the score.
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

    /// The inputs from which the confidence of the last report was computed.
    public var confidenceInputs: ConfidenceInputs { tracker.confidenceInputs }

    /// Accounts for lost samples: the players went on while no audio arrived.
    public func skip(_ samples: Int64) {
        sample += samples
        tracker.skip(Int(samples) / SlidingSpectrum.hop)
    }

    /// Declares that the players are at this beat of the order of play, or will begin there.
    public func goTo(beat: Double) {
        tracker.goTo(second: score.score.tempo.seconds(atBeat: beat))
    }

    /// Holds the position, whatever is played, until ``resume()``.
    public func pause() { tracker.pause() }

    public func resume() { tracker.resume() }
}

/// One of the methods, to which a follower delegates the work.
protocol FollowingTracker: AnyObject {
    /// The inputs from which the confidence was computed.
    var confidenceInputs: ConfidenceInputs { get }

    /// Takes the next hop.
    func process(_ hop: Span<Float>)

    /// The estimates after the last hop, which ends at `sample`.
    func report(sample: Int64, score: FollowingScore) -> FollowingReport

    /// Accounts for lost hops.
    func skip(_ hops: Int)

    func goTo(second: Double)
    func pause()
    func resume()
}

extension StandardTracker: FollowingTracker {}
