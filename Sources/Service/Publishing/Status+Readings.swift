import Capture
import Wire

// What the parts of the daemon publish, as `status` has it.

extension Status.Source {
    init(_ source: SourceStatus, _ capture: CaptureReading) {
        self.init(
            source: source.name, state: SourceState(source).state, detail: source.detail, rate: capture.format?.rate,
            channels: capture.format?.channels,
            latencyMilliseconds: capture.format == nil ? nil : capture.latencyMilliseconds,
            isRealTime: capture.priority == .realTime, hasLostPriority: capture.priority == .lost)
    }
}

extension Status.Model {
    init(_ model: ModelDescription) {
        self.init(
            name: model.name, path: model.path, lookaheadMilliseconds: model.lookaheadMilliseconds,
            window: model.window, hop: model.hop, parameters: model.parameters)
    }
}

extension Status.Counters {
    init(
        _ time: Timeline.Counters, _ transcription: NoteTranscription.Reading, _ following: ScoreFollowing.Reading,
        _ publishing: PublishingMetrics
    ) {
        self.init(
            hops: time.hops, skippedHops: time.skippedHops, silentHops: transcription.silentHops,
            overruns: time.overruns, lostFrames: time.lostFrames, discontinuities: time.discontinuities,
            reconnects: time.reconnects, notes: transcription.notes, connections: publishing.connections,
            droppedClients: publishing.droppedClients, resyncs: publishing.resyncs,
            refusedLines: publishing.refusedLines, scores: following.scores, jumps: following.jumps,
            expectedNotes: following.expectedNotes, unexpectedNotes: following.unexpectedNotes,
            missedNotes: following.missedNotes)
    }
}
