import Basics
import Capture
import Following
import Networks
import Wire

/// Following on the analysis thread: the current score, if any, and the counts of what following found.
final class ScoreFollowing {
    private var live: LiveFollowing?
    private var lookahead = 0.0
    private var pitches = 0...127
    private(set) var reading = Reading()

    /// The state for other threads.
    struct Reading: Sendable {
        /// Nil while no score is loaded, as is `follow`.
        var score: ScoreDescription?
        /// The follower's state and the last reported position.
        var follow: FollowReading?
        /// Seconds that following takes per hop, averaged over about the last second.
        var seconds = 0.0
        /// Scores loaded.
        var scores: Int64 = 0
        var jumps: Int64 = 0
        /// Detected notes that the score contained at that moment, those that it didn't, and notes of the score that
        /// weren't detected.
        var expectedNotes: Int64 = 0
        var unexpectedNotes: Int64 = 0
        var missedNotes: Int64 = 0
    }

    /// A change of position requested by a client.
    struct Step {
        var jump: Jump
        var place: ScorePosition
    }

    /// Hops over which the cost of following is averaged.
    private static let costSpan = 86.0

    /// The follower's state; nil without a score.
    var state: FollowState? { live?.state }

    /// Follows `loaded` from its beginning.
    ///
    /// - Returns: the score followed before.
    func replace(_ loaded: LoadedScore?, timeline: Timeline) -> LiveFollowing? {
        let previous = live
        live = loaded.map { LiveFollowing($0, startingAt: timeline.elapsed) }
        live?.setModel(lookahead: lookahead, pitches: pitches)
        reading.score = loaded?.description
        reading.follow = nil
        reading.seconds = 0
        if loaded != nil { reading.scores += 1 }
        return previous
    }

    /// See `PositionTracker.decidedSemitones`.
    var decidedSemitones: Int? { live?.decidedSemitones }

    /// Follows players of another tuning, and compares its neighbouring semitones if `searching`.
    func retune(_ tuning: FollowerTuning, searching: Bool) { live?.retune(tuning, searching: searching) }

    /// Sets the model that detects the notes.
    func setModel(_ info: ModelInfo) {
        lookahead = info.lookaheadMilliseconds / 1000
        pitches = info.notes
        live?.setModel(lookahead: lookahead, pitches: pitches)
    }

    /// Executes a client's request.
    ///
    /// - Returns: the new position, for requests that name a place.
    func steer(_ request: FollowRequest) throws(ResponseError) -> Step? {
        guard let live else { throw .noScore }
        switch request {
        case .pause:
            live.pause()
            reading.follow?.isPaused = true
            return nil
        case .resume:
            live.resume()
            reading.follow?.isPaused = false
            return nil
        case .start:
            live.resume()
            return goTo(0, live)
        case .goTo(let place):
            return goTo(try live.beat(of: place), live)
        }
    }

    /// Follows the next hop, before its notes are published; nil without a score.
    func process(_ hop: Span<Float>, timeline: Timeline) -> LiveFollowing.Outcome? {
        guard let live else { return nil }
        let before = Clock.monotonic
        let outcome = live.process(hop)
        let seconds = Double(Clock.monotonic &- before) * 1e-9
        reading.seconds += (seconds - reading.seconds) / Self.costSpan
        if outcome.jump != nil { reading.jumps += 1 }
        return outcome
    }

    /// Compares a detected note with the score.
    ///
    /// - Parameter sample: as the transcriber counts it.
    /// - Returns: whether the score contains the note here; nil if unknown.
    func observe(pitch: Int, at sample: Int64, timeline: Timeline) -> Bool? {
        let position = timeline.epochOrigin + timeline.modelStart + sample
        guard let expected = live?.observe(pitch: pitch, at: position) else { return nil }
        if expected { reading.expectedNotes += 1 } else { reading.unexpectedNotes += 1 }
        return expected
    }

    /// Calls `body` for each note that the last hop declared missed, with its printed measure and its sample in this
    /// epoch. A note that was due before the epoch began counts as due at its start.
    func forEachMissed(_ timeline: Timeline, _ body: (_ note: DueNote, _ measure: Int, _ sample: Int64) -> Void) {
        live?.forEachMissed { note, measure, position in
            reading.missedNotes += 1
            body(note, measure, max(0, position - timeline.epochOrigin))
        }
    }

    /// A new epoch begins after `lost` missing samples.
    func beginEpoch(lost: Int64) { live?.beginEpoch(lost: lost) }

    /// Updates the position in ``reading``.
    ///
    /// - Returns: the position; nil without a score.
    func updatePosition(_ timeline: Timeline) -> Position? {
        guard let live else { return nil }
        let position = live.position(
            epoch: timeline.epoch, sample: timeline.sample, time: timeline.airTime(of: timeline.sample))
        reading.follow = FollowReading(state: live.state.state, isPaused: live.isPaused, position: position)
        return position
    }

    private func goTo(_ beat: Double, _ live: LiveFollowing) -> Step {
        reading.jumps += 1
        return Step(jump: live.goTo(beat: beat), place: live.place(atBeat: beat))
    }
}

/// The follower's state as of the last position it reported.
public struct FollowReading: Sendable, Equatable {
    public var state: FollowState.State
    /// Whether a client has paused the follower.
    public var isPaused: Bool
    public var position: Position
}
