import Basics
import Capture
import Logging
import Transcription
import Wire

/// The work of the analysis thread: takes hops and publishes messages.
///
/// It connects four parts with one concern each: ``HopIntake`` (the source and the clock), ``NoteTranscription`` (the
/// network and its notes), ``ScoreFollowing`` (the follower and the expected notes) and ``Announcer`` (messages to
/// clients). Every published note_on is followed by its note_off, whatever happens in between. One thread at a time.
final class Analysis {
    private let shared: AnalysisReadingBox
    private let intake: HopIntake
    private let transcription: NoteTranscription
    private let following = ScoreFollowing()
    private let tuning: LiveTuning
    private let announcer: Announcer
    private var model: ModelDescription
    private var rounds: UInt64 = 0
    private var lateHops: Int64 = 0
    private var states = StateLog()
    private let logger: Logger

    /// The result of ``step(timeout:)``.
    enum Outcome: Sendable, Equatable {
        case worked, idle, ended
    }

    /// - Parameters:
    ///   - hub: receives the publications.
    ///   - a4: the players' tuning; nil to estimate it.
    ///   - shared: holds the reading for other threads.
    ///   - logger: receives changes of state; it must not block.
    ///   - prepareTuning: see ``LiveTuning/init(a4:_:prepare:)``. Without it, the tuning never changes.
    init(
        source: OpenedSource, model: LoadedModel, thresholds: ThresholdSettings, a4: Double? = nil, hub: Hub,
        reading shared: AnalysisReadingBox, logger: Logger = .silent,
        prepareTuning: @escaping @Sendable (PreparedTuning.Order) -> Void = { _ in }
    ) {
        self.shared = shared
        self.logger = logger
        self.model = model.description
        intake = HopIntake(source, timeline: shared.value.timeline)
        transcription = NoteTranscription(model, thresholds: thresholds)
        tuning = LiveTuning(a4: a4, transcription.info, prepare: prepareTuning)
        announcer = Announcer(hub)
        following.setModel(transcription.info)
    }

    /// Waits for the source for at most `timeout`, and handles its event.
    func step(timeout: Duration) -> Outcome {
        var outcome = Outcome.worked
        switch intake.next(timeout: timeout) {
        case .hop(let time): process(time)
        case .skipped: endNotes()
        case .discontinuity(let start): begin(start)
        case .state(let status): publish(status)
        case .idle: outcome = .idle
        case .ended:
            if !intake.timeline.hasEnded {
                endNotes()
                intake.end()
                publish(intake.timeline.source)
            }
            outcome = .ended
        }
        if let overload = intake.overloadReport() { announcer.publish(.overload(overload)) }
        finishRound()
        return outcome
    }

    /// Counts a round of the thread's loop in which the source wasn't read.
    func idleRound() { finishRound() }

    /// Ends every note and returns the source, which the caller must stop.
    func finish() -> OpenedSource {
        endNotes()
        tuning.stop()
        store()
        return intake.source
    }
}

// MARK: - Commands

extension Analysis {
    /// Replaces the model. The audio and the epoch continue.
    func replaceModel(_ model: LoadedModel) {
        endNotes()
        transcription.replaceModel(model)
        following.setModel(transcription.info)
        self.model = model.description
        intake.modelReplaced()
        tuning.setModel(transcription.info)
        announcer.publish(.hello(Hello(model.description, intake.timeline)))
        store()
    }

    /// Switches to `next`, in a new epoch.
    ///
    /// - Returns: the previous source, which the caller must stop.
    func replaceSource(_ next: OpenedSource) -> OpenedSource {
        let previous = intake.source
        endNotes()
        begin(intake.replaceSource(next))
        transcription.transcriber.forgetTuning()
        tuning.restart()
        announcer.publish(.hello(Hello(model, intake.timeline)))
        publish(intake.timeline.source)
        store()
        return previous
    }

    /// Applies `settings` from the next hop on.
    func setThresholds(_ settings: ThresholdSettings) { transcription.setThresholds(settings) }

    /// Follows `loaded` from its beginning instead of the previous score; nil follows nothing.
    ///
    /// - Returns: what was followed before. The caller frees it where time doesn't matter.
    @discardableResult
    func replaceScore(_ loaded: LoadedScore?) -> LiveFollowing? {
        let previous = following.replace(loaded, timeline: intake.timeline)
        if loaded != nil { tuning.scoreChanged() }
        announcer.publish(.score(ScoreState(score: loaded?.description)))
        if let state = following.state {
            announcer.publish(.followState(state))
            publishPosition()
        }
        store()
        return previous
    }

    /// Sets the players' tuning; nil estimates it. `answer` is called once it is in force.
    func setTuning(_ a4: Double?, answer: @escaping LiveTuning.Answer) {
        let before = tuning.reading.state
        tuning.set(a4, answer: answer)
        if tuning.reading.state != before { announcer.publish(.tuning(tuning.reading.state)) }
        store()
    }

    /// Takes over a tuning that was prepared on another thread; nil if it could not be. Notes and the epoch continue.
    func retune(_ prepared: PreparedTuning?) {
        var fits = prepared == nil
        if let prepared {
            fits = transcription.transcriber.retune(prepared.transcriber)
            if fits {
                following.retune(prepared.follower, searching: prepared.order.searchesSemitones)
            }
        }
        if tuning.completed(prepared?.order, fits: fits) { announcer.publish(.tuning(tuning.reading.state)) }
        store()
    }

    /// Executes a client's request to the follower.
    ///
    /// - Returns: the new position, for requests that name a place.
    func steer(_ request: FollowRequest) throws(ResponseError) -> ScorePosition? {
        defer { store() }
        guard let step = try following.steer(request) else { return nil }
        announcer.publish(.jump(step.jump))
        publishPosition()
        return step.place
    }
}

// MARK: - Hops, epochs and notes

extension Analysis {
    private func process(_ time: HopTime) {
        let samples = intake.samples
        transcription.process(samples.span, needsPosteriors: announcer.wantsActivations)
        // The follower goes first, so that notes are compared with its current position.
        let outcome = following.process(samples.span, timeline: intake.timeline)
        tuning.step(
            TuningSelector.Evidence(
                transcription.transcriber.tuningEstimate, isAudible: transcription.transcriber.isAudible),
            decidedSemitones: following.decidedSemitones)
        for event in transcription.events { publish(event, arrival: time.arrival) }
        if let outcome {
            announcer.publish(outcome, following, intake.timeline)
            if outcome.hasNewState { logFollower() }
            if outcome.hasPosition { publishPosition() }
        }
        announcer.publishPictures(transcription, intake.timeline)
        if transcription.isCurrent, intake.isLate(time) { lateHops += 1 }
        // Levels and positions are published in silence, too.
        let isIdle = following.reading.score == nil && !announcer.wantsLevels
        intake.source.hops.rest(below: isIdle ? transcription.transcriber.restingBelow : 0)
    }

    private func begin(_ start: EpochStart) {
        log(states.epochBegan(start))
        endNotes()
        intake.beginEpoch()
        transcription.beginEpoch()
        following.beginEpoch(lost: start.lostFrames)
        announcer.publish(
            .discontinuity(
                Discontinuity(epoch: start.epoch, lostFrames: start.lostFrames, reason: "\(start.reason)")))
    }

    private func publish(_ status: SourceStatus) {
        log(states.sourceChanged(to: status, now: Clock.seconds))
        // Without audio, the end of a note cannot be detected.
        if status.state != .running { endNotes() }
        announcer.publish(.sourceState(Wire.SourceState(status)))
    }

    private func endNotes() {
        for event in transcription.releaseAll() { publish(event, arrival: nil) }
    }

    private func publish(_ event: NoteEvent, arrival: UInt64?) {
        var expected: Bool?
        if case .on(let note) = event {
            expected = following.observe(pitch: note.pitch, at: note.sample, timeline: intake.timeline)
        }
        announcer.publish(event, expected: expected, arrival: arrival, intake.timeline)
    }

    private func publishPosition() {
        if let position = following.updatePosition(intake.timeline) { announcer.publish(position) }
    }

    private func finishRound() {
        rounds &+= 1
        let capture = store()
        log(
            states.observe(
                capture.priority, skippedHops: intake.timeline.counters.skippedHops, now: Clock.seconds))
    }

    /// - Returns: the reading of the source.
    @discardableResult
    private func store() -> CaptureReading {
        let capture = intake.source.hops.reading
        shared.store(
            AnalysisReading(
                timeline: intake.timeline, capture: capture, model: model,
                transcription: transcription.reading, following: following.reading, tuning: tuning.reading,
                lateHops: lateHops, rounds: rounds,
                processorSeconds: Clock.threadSeconds))
        return capture
    }

    private func logFollower() {
        guard let state = following.state?.state else { return }
        log(states.followerChanged(to: state, measure: following.reading.follow?.position.measure))
    }

    private func log(_ line: StateLog.Line?) {
        if let line { logger.log(level: line.level, "\(line.text)") }
    }
}
