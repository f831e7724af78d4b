import Capture
import Wire

/// Counts and delays measured by the publisher. Owned by the event loop.
struct PublishingMetrics: Sendable {
    /// From the arrival of the last sample a note needed until its line was handed to every client's socket.
    var publishing = LatencyRecord()
    /// From the sound in the air until its line was handed over, minus the model's lookahead.
    var beyondLookahead = LatencyRecord()
    var connections: Int64 = 0
    var droppedClients: Int64 = 0
    var resyncs: Int64 = 0
    var refusedLines: Int64 = 0
    var load = ProcessorLoad()
    /// The load of the analysis thread alone.
    var analysisLoad = ProcessorLoad()
}

// The readings of the daemon's parts in the form of `status`.

extension Status.Source {
    init(_ source: SourceStatus, _ capture: CaptureReading) {
        self.init(
            source: source.name, state: SourceState(source).state, detail: source.detail, rate: capture.format?.rate,
            channels: source.channels?.count ?? capture.format?.channels,
            latencyMilliseconds: capture.format == nil ? nil : capture.latencyMilliseconds,
            isRealTime: capture.priority == .realTime, hasLostPriority: capture.priority == .lost,
            channel: source.channels?.used, areCancelling: source.channels?.areCancelling,
            warnings: source.allWarnings.isEmpty ? nil : source.allWarnings)
    }
}

extension Status.Model {
    init(_ model: ModelDescription) {
        self.init(
            name: model.name, path: model.path, lookaheadMilliseconds: model.lookaheadMilliseconds,
            window: model.window, hop: model.hop, parameters: model.parameters)
    }
}

extension Status.Tuning {
    init(_ tuning: LiveTuning.Reading) {
        self.init(
            a4: tuning.a4, isAutomatic: tuning.isAutomatic, isTunable: tuning.isTunable,
            estimate: tuning.estimate?.a4, confidence: tuning.estimate?.confidence ?? 0)
    }
}

extension Status.Counters {
    init(
        _ time: Timeline.Counters, _ transcription: NoteTranscription.Reading, _ following: ScoreFollowing.Reading,
        _ publishing: PublishingMetrics, lateHops: Int64
    ) {
        self.init(
            hops: time.hops, skippedHops: time.skippedHops, silentHops: transcription.silentHops,
            overruns: time.overruns, lostFrames: time.lostFrames, discontinuities: time.discontinuities,
            reconnects: time.reconnects, notes: transcription.notes, connections: publishing.connections,
            droppedClients: publishing.droppedClients, resyncs: publishing.resyncs,
            refusedLines: publishing.refusedLines, scores: following.scores, jumps: following.jumps,
            expectedNotes: following.expectedNotes, unexpectedNotes: following.unexpectedNotes,
            missedNotes: following.missedNotes, restedHops: transcription.restedHops, lateHops: lateHops)
    }
}

extension Status.Delay {
    init(_ histogram: LatencyHistogram) {
        func milliseconds(_ quantile: Double) -> Double { (histogram.quantile(quantile) ?? 0) * 1000 }
        self.init(
            count: histogram.count, median: milliseconds(0.5), p90: milliseconds(0.9), p99: milliseconds(0.99),
            maximum: histogram.maximum * 1000)
    }
}
