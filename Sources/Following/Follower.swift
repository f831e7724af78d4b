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

    /// Follows players of another tuning from the next hop on, without forgetting the position. Allocates nothing.
    func retune(_ tuning: FollowerTuning)

    /// The semitones by which the players' tuning differs from the one in force, -1 or 1, or 0 if it is right. Set only
    /// in the hop in which the follower decides that.
    var decidedSemitones: Int? { get }

    /// Compares neighbouring semitones again, because others play now.
    func searchSemitones()

    /// The inputs from which the confidence of the last report was computed.
    var confidenceInputs: ConfidenceInputs { get }
}

extension PositionTracker {
    // For trackers that have no tuning.
    public func retune(_ tuning: FollowerTuning) {}
    public var decidedSemitones: Int? { nil }
    public func searchSemitones() {}
    public var confidenceInputs: ConfidenceInputs { ConfidenceInputs() }
}

/// Follows a score, hop by hop, without looking ahead. The time and memory of a hop depend neither on how long it has
/// been following nor on the length of the score.
///
/// One thread at a time. `process(_:)` allocates nothing.
public final class Follower: PositionTracker {
    public let score: FollowingScore
    public let options: FollowingOptions
    private let tracker: any FollowingTracker
    /// As ``FollowingReport/sample``.
    private(set) var sample: Int64 = 0

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

    /// How much more likely the last hop is at the estimated position than in other music: a logarithm.
    var hopEvidence: Float { tracker.hopEvidence }

    public func retune(_ tuning: FollowerTuning) { retune(tuning.own) }

    func retune(_ shift: SpectrumShift?) { tracker.retune(shift) }

    /// Accounts for lost samples: the players went on while no audio arrived.
    public func skip(_ samples: Int64) {
        sample += samples
        tracker.skip(Int(samples) / SlidingSpectrum.hop)
    }

    /// Declares that the players are at this beat of the order of play, or will begin there.
    public func goTo(beat: Double) {
        tracker.goTo(second: score.score.tempo.seconds(atBeat: beat))
    }

    /// Begins anew at this beat and sample, in place of a follower that has been following.
    func restart(atBeat beat: Double, sample: Int64) {
        self.sample = sample
        tracker.resume()
        goTo(beat: beat)
    }

    /// Holds the position, whatever is played, until ``resume()``.
    public func pause() { tracker.pause() }

    public func resume() { tracker.resume() }
}

/// One of the methods, to which a follower delegates the work.
protocol FollowingTracker: AnyObject {
    /// The inputs from which the confidence was computed.
    var confidenceInputs: ConfidenceInputs { get }

    /// See ``StandardTracker/hopEvidence``.
    var hopEvidence: Float { get }

    /// Takes the next hop.
    func process(_ hop: Span<Float>)

    /// The estimates after the last hop, which ends at `sample`.
    func report(sample: Int64, score: FollowingScore) -> FollowingReport

    /// Accounts for lost hops.
    func skip(_ hops: Int)

    func goTo(second: Double)
    func pause()
    func resume()
    func retune(_ shift: SpectrumShift?)
}

extension StandardTracker: FollowingTracker {}
