import Capture
import Following
import Networks
import Wire

/// The score being followed, if there is one, and what following it amounts to.
final class ScoreFollowing {
    private var live: LiveFollowing?
    private var lookahead = 0.0
    private var pitches = 0...127
    private(set) var reading = Reading()

    /// What other threads may read.
    struct Reading: Sendable {
        /// Nil while no score is loaded, as is `follow`.
        var score: ScoreDescription?
        /// The follower's state, and the position last reported.
        var follow: FollowReading?
        /// Seconds that following takes of a hop, as a mean over about the last second.
        var seconds = 0.0
        /// Scores loaded.
        var scores: Int64 = 0
        var jumps: Int64 = 0
        /// Notes played that the score had then, and hadn't; and notes that it had and that weren't played.
        var expectedNotes: Int64 = 0
        var unexpectedNotes: Int64 = 0
        var missedNotes: Int64 = 0
    }

    /// A change of position that a client asked for.
    struct Step {
        var jump: Jump
        var place: ScorePosition
    }

    /// Hops that the mean cost of following is taken over.
    private static let costSpan = 86.0

    /// The follower's state; nil without a score.
    var state: FollowState? { live?.state }

    /// Follows `loaded` from its beginning.
    ///
    /// - Returns: what was followed before.
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

    /// Which model detects the notes.
    func setModel(_ info: ModelInfo) {
        lookahead = info.lookaheadMilliseconds / 1000
        pitches = info.notes
        live?.setModel(lookahead: lookahead, pitches: pitches)
    }

    /// Carries out a client's request.
    ///
    /// - Returns: where the follower is from now on, for requests that name a place.
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

    /// Follows the next hop, before the notes that it brought about are published; nil without a score.
    func process(_ hop: Span<Float>, timeline: Timeline) -> LiveFollowing.Outcome? {
        guard let live else { return nil }
        let before = Clocks.nanoseconds
        let outcome = live.process(hop)
        let seconds = Double(Clocks.nanoseconds &- before) * 1e-9
        reading.seconds += (seconds - reading.seconds) / Self.costSpan
        if outcome.jump != nil { reading.jumps += 1 }
        return outcome
    }

    /// Compares a note with the score.
    ///
    /// - Parameter sample: the transcriber's.
    /// - Returns: whether the score has it here; nil where that is unknown.
    func observe(pitch: Int, at sample: Int64, timeline: Timeline) -> Bool? {
        let position = timeline.epochOrigin + timeline.modelStart + sample
        guard let expected = live?.observe(pitch: pitch, at: position) else { return nil }
        if expected { reading.expectedNotes += 1 } else { reading.unexpectedNotes += 1 }
        return expected
    }

    /// Calls `body` for each note that the last hop gave up, with its printed measure and its sample in this epoch. One that was
    /// due before the epoch began counts as due at its beginning.
    func forEachMissed(_ timeline: Timeline, _ body: (_ note: DueNote, _ measure: Int, _ sample: Int64) -> Void) {
        live?.forEachMissed { note, measure, position in
            reading.missedNotes += 1
            body(note, measure, max(0, position - timeline.epochOrigin))
        }
    }

    /// `lost` samples are missing, and a new epoch begins.
    func beginEpoch(lost: Int64) { live?.beginEpoch(lost: lost) }

    /// Takes the position over into ``reading``.
    ///
    /// - Returns: it; nil without a score.
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

/// Where the follower is, as of the last position it reported.
public struct FollowReading: Sendable, Equatable {
    public var state: FollowState.State
    /// Whether a client has asked to hold the position.
    public var isPaused: Bool
    public var position: Position
}
