import Following
import Wire

/// A score that is being followed on the analysis thread: the follower, and which notes the score expects.
///
/// Positions count samples across epochs, lost audio included. Processing a hop allocates nothing.
///
/// One owner at a time: the analysis thread, and finally the thread that frees it.
final class LiveFollowing: @unchecked Sendable {
    /// Hops between two reports of an unchanged position.
    static let standingInterval = 8

    let description: ScoreDescription
    private let map: ScoreMap
    private let tracker: any PositionTracker
    private var expectation: Expectation
    private(set) var isPaused = false
    /// As of the last hop or the last ``goTo(beat:)``.
    private(set) var report: FollowingReport
    /// The position on the timeline of the follower's sample 0.
    private let start: Int64
    private var hopsSinceReport = 0
    private var reported: FollowingReport?

    /// - Parameter start: the position on the timeline at which the follower begins.
    init(_ loaded: LoadedScore, startingAt start: Int64) {
        self.start = start
        description = loaded.description
        map = loaded.map
        tracker = loaded.tracker
        expectation = loaded.expectation
        report = FollowingReport(
            sample: 0, state: .waiting, confidence: 0, beat: 0, scoreSeconds: 0,
            tempo: loaded.map.tempo(atBeat: 0), event: -1)
    }

    /// The result of a hop.
    struct Outcome {
        /// A jump of the players, if the follower detected one.
        var jump: Jump?
        var hasNewState: Bool
        /// Whether to send the position to clients.
        var hasPosition: Bool
    }

    /// Follows the next hop.
    func process(_ hop: Span<Float>) -> Outcome {
        let before = report.state
        report = tracker.process(hop)
        expectation.advance(report)
        hopsSinceReport += 1
        let hasPosition = hasChanged || hopsSinceReport >= Self.standingInterval
        if hasPosition {
            hopsSinceReport = 0
            reported = report
        }
        return Outcome(
            jump: report.jump.map { Jump(fromBeat: $0.fromBeat, toBeat: $0.toBeat) },
            hasNewState: report.state != before, hasPosition: hasPosition)
    }

    /// Whether ``report`` differs from the last one sent, apart from its sample.
    private var hasChanged: Bool {
        guard let reported else { return true }
        return reported.beat != report.beat || reported.event != report.event || reported.state != report.state
            || reported.confidence != report.confidence || reported.tempo != report.tempo
    }

    /// Whether the score contains this note at this position; nil if unknown.
    func observe(pitch: Int, at position: Int64) -> Bool? { expectation.observe(pitch: pitch, at: position - start) }

    /// Calls `body` for each note that the last hop declared missed, with its position.
    func forEachMissed(_ body: (_ note: DueNote, _ measure: Int, _ position: Int64) -> Void) {
        for missed in expectation.missed {
            body(missed.note, map.place(atBeat: missed.note.beat).measure, missed.sample + start)
        }
    }

    /// A new epoch begins after `lost` missing samples.
    func beginEpoch(lost: Int64) {
        if lost > 0 { tracker.skip(lost) }
        expectation.interrupt()
    }

    /// Sets the properties of the model that detects the notes.
    ///
    /// - Parameters:
    ///   - lookahead: seconds from a note to its event.
    ///   - pitches: the notes that the model can detect.
    func setModel(lookahead: Double, pitches: ClosedRange<Int>) {
        expectation.lookahead = lookahead
        expectation.pitches = pitches
        expectation.interrupt()
    }

    /// See `PositionTracker.decidedSemitones`.
    var decidedSemitones: Int? { tracker.decidedSemitones }

    /// Follows players of another tuning, and compares its neighbouring semitones if `searching`.
    func retune(_ tuning: FollowerTuning, searching: Bool) {
        tracker.retune(tuning)
        if searching { tracker.searchSemitones() }
    }

    /// Moves the follower to `beat`, where the players are or will begin.
    ///
    /// - Returns: the jump to publish.
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

    /// The beat of a place named by a client.
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

    /// The state to publish.
    var state: FollowState { FollowState(state: .init(report.state), confidence: report.confidence) }

    /// The place to return in a response.
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
