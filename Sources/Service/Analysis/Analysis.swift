import Capture
import Foundation
import Transcription
import Wire

/// The work of the analysis thread: hops in, publications out.
///
/// It owns the source, the transcriber and the follower, and the daemon's clock: the epoch and the sample within it. Every note that
/// it publishes as begun it also publishes as ended, whatever comes between. One thread at a time.
final class Analysis {
    let hub: Hub
    private let shared: AnalysisStateBox
    /// What others are told at the end of each round.
    var state: AnalysisState
    private var source: OpenedSource
    private(set) var transcriber: Transcriber
    private var thresholds: ThresholdSettings
    private var buffer = [Float](repeating: 0, count: hopSize)
    private var meter = LevelMeter()
    private var overload = OverloadGuard()
    /// The score being followed, if any.
    var following: LiveFollowing?
    private var ringDrops: Int64 = 0

    /// Sample 0 of our epoch, in the source's count.
    private var epochStart: Int64 = 0
    /// Sample 0 of the transcriber, in our epoch.
    private(set) var transcriberStart: Int64 = 0
    /// The sample, in the source's count, that the next hop should begin with; nil before the first hop of an epoch.
    private var expected: Int64?
    /// Unix time at which sample 0 of our epoch was in the air, by the newest hop.
    private var epochTime: Double
    /// Arrival of the newest hop, in CLOCK_MONOTONIC nanoseconds.
    private var arrival: UInt64?

    /// What ``step(timeout:)`` found.
    enum Outcome: Sendable, Equatable {
        case worked, idle, ended
    }

    /// - Parameter shared: where the state begins, and where others read it.
    init(
        source: OpenedSource, model: LoadedModel, thresholds: ThresholdSettings, hub: Hub,
        state shared: AnalysisStateBox
    ) {
        self.source = source
        self.hub = hub
        self.thresholds = thresholds
        self.shared = shared
        transcriber = model.transcriber
        epochTime = Clocks.unixTime
        state = shared.value
    }

    /// Waits for the source at most `timeout` and does what it says.
    func step(timeout: Duration) -> Outcome {
        var span = buffer.mutableSpan
        let event = source.hops.next(into: &span, timeout: timeout)
        var outcome = Outcome.worked
        switch event {
        case .hop(let time): take(time)
        case .discontinuity(let lostFrames, let reason): begin(lostFrames: lostFrames, reason: reason)
        case .state(let newState, _, let detail): publishSource(newState, detail)
        case .idle: outcome = .idle
        case .ended:
            if !state.hasEnded { end() }
            outcome = .ended
        }
        finishRound()
        return outcome
    }

    /// Counts a round in which the source was not asked.
    func idleRound() { finishRound() }

    /// Puts `model` in the place of the present one. The sound goes on, and so does the epoch.
    func replaceModel(_ model: LoadedModel) {
        release()
        transcriber = model.transcriber
        transcriber.thresholds = thresholds.applied(to: transcriber.info.thresholds)
        transcriberStart = state.sample
        state.model = model.description
        tellModel()
        publish(.hello(Hello(state)))
        store()
    }

    /// Listens to `next` from now on, in a new epoch. Returns the source before, for the caller to stop.
    func replaceSource(_ next: OpenedSource) -> OpenedSource {
        let previous = source
        release()
        let counters = previous.hops.counters
        state.overrunsBefore += counters.overruns
        state.reconnectsBefore += counters.reconnects
        source = next
        ringDrops = 0
        overload.reset()
        begin(lostFrames: 0, reason: "source changed to \(next.name)")
        state.hasEnded = false
        state.source = Wire.SourceState(state: .waiting, source: next.name, detail: "")
        publish(.hello(Hello(state)))
        publish(.sourceState(state.source))
        store()
        return previous
    }

    /// Uses `settings` from the next hop on.
    func setThresholds(_ settings: ThresholdSettings) {
        thresholds = settings
        transcriber.thresholds = settings.applied(to: transcriber.info.thresholds)
    }

    /// Ends every note and hands out the source, for the caller to stop.
    func finish() -> OpenedSource {
        release()
        store()
        return source
    }
}

// MARK: - Hops

extension Analysis {
    private func take(_ time: HopTime) {
        if let expected, time.sample != expected {
            // A source that skips samples without saying so would bend every time that follows.
            begin(lostFrames: max(0, time.sample - expected), reason: "samples are missing")
        }
        let lag = Double(Int64(bitPattern: Clocks.nanoseconds &- time.arrival)) * 1e-9
        switch source.isLive ? overload.admit(lag: lag) : .process {
        case .process: process(time)
        case .beginSkipping:
            release()
            skip(time)
        case .skip: skip(time)
        case .resume(let skipped):
            begin(lostFrames: Int64(skipped * hopSize), reason: "the machine is too slow")
            process(time)
        }
        reportOverload()
    }

    private func skip(_ time: HopTime) {
        state.skippedHops += 1
        expected = time.sample + Int64(hopSize)
    }

    private func process(_ time: HopTime) {
        if expected == nil { epochStart = time.sample }
        expected = time.sample + Int64(hopSize)
        let first = time.sample - epochStart
        state.sample = first + Int64(hopSize)
        epochTime = time.airTime - Double(state.sample - 1) / Double(captureRate)
        arrival = time.arrival

        transcriber.process(buffer.span)
        state.hops += 1
        state.level = transcriber.level
        if transcriber.level.rmsDBFS < transcriber.thresholds.gateDBFS { state.silentHops += 1 }
        let outcome = follow(buffer.span)
        for event in transcriber.events { publish(event) }
        if let outcome { publish(outcome) }

        if let level = meter.add(transcriber.level), hub.isWanted(.level) {
            publish(.level(Level(epoch: state.epoch, sample: state.sample, rms: level.rmsDBFS, peak: level.peakDBFS)))
        }
        let label = transcriberStart + transcriber.labelSample
        if label >= 0, hub.isWanted(.activations) {
            let epoch = state.epoch
            publish(.activations(transcriber.withSounding { Activations(epoch: epoch, sample: label, posteriors: $0) }))
        }
    }

    private func reportOverload() {
        guard let skipped = overload.report(now: Clocks.seconds) else { return }
        publish(
            .overload(
                Overload(
                    epoch: state.epoch, sample: state.sample, skippedHops: skipped, totalSkippedHops: overload.total)))
    }
}

// MARK: - Epochs and notes

extension Analysis {
    /// Ends the epoch, and every note with it, and begins the next.
    private func begin(lostFrames: Int64, reason: String) {
        release()
        transcriber.reset()
        transcriberStart = 0
        following?.beginEpoch(lost: lostFrames)
        meter = LevelMeter()
        expected = nil
        state.epoch += 1
        state.sample = 0
        state.discontinuities += 1
        state.lostFrames += lostFrames
        arrival = nil
        epochTime = Clocks.unixTime
        publish(.discontinuity(Discontinuity(epoch: state.epoch, lostFrames: lostFrames, reason: reason)))

        let drops = source.hops.counters.ringDrops
        if drops > ringDrops {
            overload.add(Int(drops - ringDrops))
            state.skippedHops += drops - ringDrops
            ringDrops = drops
            reportOverload()
        }
    }

    private func release() {
        for event in transcriber.releaseAll() { publish(event) }
    }

    private func end() {
        release()
        state.hasEnded = true
        state.source = Wire.SourceState(state: .waiting, source: state.source.source, detail: "ended")
        publish(.sourceState(state.source))
    }

    private func publishSource(_ newState: Capture.SourceState, _ detail: String) {
        let wireState: Wire.SourceState.State =
            switch newState {
            case .waiting: .waiting
            case .running: .running
            case .stalled: .stalled
            case .failed: .failed
            }
        state.source = Wire.SourceState(state: wireState, source: source.name, detail: detail)
        publish(.sourceState(state.source))
    }

    private func publish(_ event: NoteEvent) {
        switch event {
        case .on(let note):
            state.notes += 1
            let sample = transcriberStart + note.sample
            let expected = following?.hear(pitch: note.pitch, at: sample)
            count(expected)
            hub.publish(
                Publication(
                    .noteOn(
                        Wire.NoteOn(
                            epoch: state.epoch, sample: sample, time: airTime(sample), note: note.pitch,
                            velocity: note.velocity, confidence: note.confidence, delayMilliseconds: 0,
                            expected: expected)),
                    arrival: arrival))
        case .off(let note):
            let sample = transcriberStart + note.sample
            hub.publish(
                Publication(
                    .noteOff(
                        Wire.NoteOff(
                            epoch: state.epoch, sample: sample, time: airTime(sample), note: note.pitch,
                            durationSeconds: Double(note.sample - note.onsetSample) / Double(captureRate)))))
        }
    }

    func publish(_ message: ServerMessage) {
        hub.publish(Publication(message))
    }

    /// Unix time at which `sample` of this epoch was in the air.
    func airTime(_ sample: Int64) -> Double { epochTime + Double(sample) / Double(captureRate) }

    private func finishRound() {
        state.rounds &+= 1
        store()
    }

    func store() {
        state.capture = source.hops.counters
        state.processorSeconds = Clocks.threadSeconds
        shared.store(state)
    }
}
