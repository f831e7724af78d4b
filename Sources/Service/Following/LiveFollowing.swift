import Following
import Wire

/// A score being followed on the analysis thread: the follower, what the score expects, and what of it clients are told.
///
/// Samples here are those of the daemon's epoch; the follower counts its own, across epochs. A hop allocates nothing.
///
/// One owner at a time: the analysis thread, and in the end whoever frees it.
final class LiveFollowing: @unchecked Sendable {
    /// A standing position is told only every so many hops.
    static let standingInterval = 8

    let description: ScoreDescription
    private let map: ScoreMap
    private let tracker: any PositionTracker
    private var expectation: Expectation
    private(set) var isPaused = false
    /// As of the last hop or the last ``goTo(beat:)``.
    private(set) var report: FollowingReport
    /// The follower's sample at sample 0 of our epoch.
    private var origin: Int64 = 0
    private var hopsSinceTold = 0
    private var told: FollowingReport?

    init(_ loaded: LoadedScore) {
        description = loaded.description
        map = loaded.map
        tracker = loaded.tracker
        expectation = loaded.expectation
        report = FollowingReport(
            sample: 0, state: .waiting, confidence: 0, beat: 0, scoreSeconds: 0,
            tempo: loaded.map.tempo(atBeat: 0), event: -1)
    }

    /// What a hop has brought about.
    struct Outcome {
        /// The state, if it is another one than before.
        var newState: FollowingState?
        /// Whether clients are to be told the position.
        var hasPosition: Bool
    }

    /// Follows the next hop.
    ///
    /// - Parameter sample: the first one after the hop.
    func process(_ hop: Span<Float>, endingAt sample: Int64) -> Outcome {
        let before = report.state
        report = tracker.process(hop)
        origin = report.sample - sample
        expectation.advance(report)
        hopsSinceTold += 1
        let hasPosition = hasNews || hopsSinceTold >= Self.standingInterval
        if hasPosition {
            hopsSinceTold = 0
            told = report
        }
        return Outcome(newState: report.state == before ? nil : report.state, hasPosition: hasPosition)
    }

    /// Whether clients know something else than ``report``; time alone is no news.
    private var hasNews: Bool {
        guard let told else { return true }
        return told.beat != report.beat || told.event != report.event || told.state != report.state
            || told.confidence != report.confidence || told.tempo != report.tempo
    }

    /// Whether the score has this note at this sample; nil where nobody knows.
    func hear(pitch: Int, at sample: Int64) -> Bool? { expectation.hear(pitch: pitch, at: sample + origin) }

    /// The notes given up by the last hop; their samples may lie before the epoch began, and then count as its first.
    func forEachMissed(_ body: (_ note: DueNote, _ measure: Int, _ sample: Int64) -> Void) {
        for missed in expectation.missed {
            body(missed.note, map.place(atBeat: missed.note.beat).measure, max(0, missed.sample - origin))
        }
    }

    /// `lost` samples are gone, and a new epoch begins.
    func beginEpoch(lost: Int64) {
        if lost > 0 { tracker.skip(lost) }
        origin = report.sample + lost
        expectation.interrupt()
    }

    /// Tells what hears the notes: from a sound to the word on it in seconds, and the notes that can be heard at all.
    func setModel(lookahead: Double, pitches: ClosedRange<Int>) {
        expectation.lookahead = lookahead
        expectation.pitches = pitches
        expectation.interrupt()
    }

    /// The players are at `beat`, or will begin there.
    ///
    /// - Returns: the step, as clients are told of it.
    func goTo(beat: Double) -> Jump {
        let jump = Jump(fromBeat: report.beat, toBeat: beat)
        tracker.goTo(beat: beat)
        expectation.interrupt()
        report.beat = beat
        report.scoreSeconds = map.seconds(atBeat: beat)
        report.event = -1
        report.confidence = 0
        return jump
    }

    /// The beat of a place that a client names.
    func beat(of place: Command.ScorePlace) throws(ResponseError) -> Double { try map.beat(of: place) }

    /// Holds the position until ``resume()``, whatever is played.
    func pause() {
        tracker.pause()
        isPaused = true
    }

    func resume() {
        tracker.resume()
        isPaused = false
    }

    /// The state as clients are told of it.
    var state: FollowState { FollowState(state: .init(report.state), confidence: report.confidence) }

    /// A place as the answer to who asked for it.
    func place(atBeat beat: Double) -> ScorePosition {
        ScorePosition(beat: beat, measure: map.place(atBeat: beat).measure)
    }

    /// The position as of ``report``.
    func position(epoch: Int, sample: Int64, time: Double) -> Position {
        let place = map.place(atBeat: report.beat)
        return Position(
            epoch: epoch, sample: sample, time: time, beat: report.beat, measure: place.measure,
            beatInMeasure: place.beatInMeasure, scoreSeconds: report.scoreSeconds, tempo: report.tempo,
            confidence: report.confidence, event: report.event, beatUnit: place.beatUnit, count: place.count,
            pass: place.pass)
    }
}

extension FollowState.State {
    init(_ state: FollowingState) {
        self =
            switch state {
            case .waiting: .waiting
            case .following: .following
            case .holding: .holding
            case .lost: .lost
            case .ended: .ended
            }
    }
}
