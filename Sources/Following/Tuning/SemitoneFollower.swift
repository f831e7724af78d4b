import Sound

/// Follows a score, and finds out in which semitone the players are tuned.
///
/// The frequencies alone can't tell A4 = 415 Hz from 440 Hz, but the score can: at the wrong tuning, nothing matches
/// it. Until the semitone is known, two more followers listen a semitone below and above, and the one whose position
/// explains the audio best by far takes over, with its position. Then they rest, until ``searchSemitones()`` or until
/// the players have been lost for some seconds.
///
/// While it searches, a hop costs up to three times as much. One thread at a time. `process(_:)` allocates nothing.
public final class SemitoneFollower: PositionTracker {
    /// Logarithm of the odds by which one semitone must be ahead of the others, in sums of
    /// ``StandardTracker/hopEvidence``: for another one to take over, and for the one in force to be confirmed.
    private static let (switchingLead, confirmingLead): (Float, Float) = (60, 40)
    /// Hops after which a hop's evidence counts for 1/e: 8 s.
    private static let fading = 1 - Float(1 / (8 * SlidingSpectrum.rate))
    /// Hops with evidence before a decision: 1.2 s.
    private static let leastHops = 100
    /// Hops of being lost after which the search begins again: 3 s.
    private static let lostHops = 258

    /// A follower at one tuning.
    private struct Candidate {
        var follower: Follower
        /// Whether its tuning is in range.
        var isPossible: Bool
        var sum: Float = 0
        var report: FollowingReport?
    }

    private var own: Candidate
    private var below: Candidate
    private var above: Candidate
    private var beat: Double
    /// Whether the neighbouring semitones are being compared.
    public private(set) var isSearching = false
    public private(set) var decidedSemitones: Int?
    private var evidenceHops = 0
    private var lostHops = 0
    private var isPaused = false

    /// Creates a follower that waits at the beginning of the score, at A4 = 440 Hz.
    ///
    /// - Throws: as ``Follower/init(_:options:)``.
    public init(_ score: FollowingScore, options: FollowingOptions = FollowingOptions()) throws(FollowingError) {
        own = Candidate(follower: try Follower(score, options: options), isPossible: true)
        below = Candidate(follower: try Follower(score, options: options), isPossible: false)
        above = Candidate(follower: try Follower(score, options: options), isPossible: false)
        beat = score.events[0].beat
    }

    /// Whether a neighbouring semitone is in range.
    private var hasNeighbours: Bool { below.isPossible || above.isPossible }

    /// The inputs from which the confidence of the last report was computed.
    public var confidenceInputs: ConfidenceInputs { own.follower.confidenceInputs }

    public func process(_ hop: Span<Float>) -> FollowingReport {
        decidedSemitones = nil
        var report = own.follower.process(hop)
        restartIfLost(report)
        if isSearching, !isPaused {
            own.sum = own.sum * Self.fading + own.follower.hopEvidence
            listen(hop, &below)
            listen(hop, &above)
            if own.follower.hopEvidence != 0 { evidenceHops += 1 }
            decide(&report)
        }
        beat = report.beat
        return report
    }

    private func listen(_ hop: Span<Float>, _ candidate: inout Candidate) {
        guard candidate.isPossible else { return }
        candidate.report = candidate.follower.process(hop)
        candidate.sum = candidate.sum * Self.fading + candidate.follower.hopEvidence
    }

    private func restartIfLost(_ report: FollowingReport) {
        lostHops = report.state == .lost ? lostHops + 1 : 0
        if lostHops == Self.lostHops, !isSearching { searchSemitones() }
    }

    private func decide(_ report: inout FollowingReport) {
        guard evidenceHops >= Self.leastHops else { return }
        let low = below.isPossible ? below.sum : -.infinity
        let high = above.isPossible ? above.sum : -.infinity
        if own.sum > max(0, low, high) + Self.confirmingLead {
            isSearching = false
            decidedSemitones = 0
        } else if low > max(0, own.sum, high) + Self.switchingLead {
            take(semitones: -1, instead: &report)
        } else if high > max(0, own.sum, low) + Self.switchingLead {
            take(semitones: 1, instead: &report)
        }
    }

    /// Lets a neighbour take over. Its roles and the others' change by a semitone.
    private func take(semitones: Int, instead report: inout FollowingReport) {
        let outgoing = own
        if semitones < 0 {
            (own, above, below) = (below, outgoing, above)
            below.isPossible = false
        } else {
            (own, below, above) = (above, outgoing, below)
            above.isPossible = false
        }
        isSearching = false
        lostHops = 0
        decidedSemitones = semitones
        guard var taken = own.report else { return }
        if abs(taken.beat - report.beat) > Self.leastJump {
            taken.jump = FollowingJump(fromBeat: report.beat, toBeat: taken.beat)
        }
        report = taken
    }

    /// A takeover that moves the position by less, in beats, is not reported as a jump.
    private static let leastJump = 1.0
}

// MARK: - Tuning

extension SemitoneFollower {
    /// Retunes all candidates. A search in progress begins again; without neighbours, it ends.
    public func retune(_ tuning: FollowerTuning) {
        own.follower.retune(tuning.own)
        set(tuning.neighbours.below, &below)
        set(tuning.neighbours.above, &above)
        isSearching = isSearching && hasNeighbours
        clear()
    }

    private func set(_ shift: SpectrumShift?, _ candidate: inout Candidate) {
        candidate.isPossible = shift != nil
        if let shift { candidate.follower.retune(shift) }
    }

    public func searchSemitones() {
        guard hasNeighbours, !isSearching else { return }
        isSearching = true
        below.follower.restart(atBeat: beat, sample: own.follower.sample)
        above.follower.restart(atBeat: beat, sample: own.follower.sample)
        clear()
    }

    private func clear() {
        (own.sum, below.sum, above.sum) = (0, 0, 0)
        (below.report, above.report) = (nil, nil)
        evidenceHops = 0
        lostHops = 0
    }
}

// MARK: - Requests

extension SemitoneFollower {
    public func skip(_ samples: Int64) {
        for follower in listening { follower.skip(samples) }
    }

    public func goTo(beat: Double) {
        self.beat = beat
        for follower in listening { follower.goTo(beat: beat) }
        clear()
    }

    /// Holds the position. The search rests too.
    public func pause() {
        isPaused = true
        own.follower.pause()
    }

    public func resume() {
        isPaused = false
        own.follower.resume()
    }

    private var listening: [Follower] {
        isSearching ? [own.follower, below.follower, above.follower] : [own.follower]
    }
}
