import Capture
import Networks
import Transcription

/// The network and the notes it finds. Samples in its events are the transcriber's: ``Timeline/modelStart`` is their origin.
final class NoteTranscription {
    private(set) var transcriber: Transcriber
    private var thresholds: ThresholdSettings
    private var meter = LevelMeter()
    private(set) var reading = Reading()

    /// What other threads may read.
    struct Reading: Sendable {
        /// Of the newest hop.
        var level = HopLevel()
        /// Hops below the level at which a note may begin.
        var silentHops: Int64 = 0
        /// Notes begun.
        var notes: Int64 = 0
    }

    init(_ model: LoadedModel, thresholds: ThresholdSettings) {
        transcriber = model.transcriber
        self.thresholds = thresholds
    }

    var info: ModelInfo { transcriber.info }

    /// What the newest hop brought about.
    var events: [NoteEvent] { transcriber.events }

    /// The level of the last nine hops, where the newest completes them.
    private(set) var meteredLevel: HopLevel?

    /// Takes the next hop.
    func process(_ hop: Span<Float>) {
        transcriber.process(hop)
        reading.level = transcriber.level
        if transcriber.level.rmsDBFS < transcriber.thresholds.gateDBFS { reading.silentHops += 1 }
        for case .on in transcriber.events { reading.notes += 1 }
        meteredLevel = meter.add(transcriber.level)
    }

    /// Ends every sounding note, and returns the ends.
    func releaseAll() -> [NoteEvent] { transcriber.releaseAll() }

    /// Begins a new epoch. The notes of the old one must have been released.
    func beginEpoch() {
        transcriber.reset()
        meter = LevelMeter()
    }

    /// Replaces the model. The notes of the old one must have been released.
    func replaceModel(_ model: LoadedModel) {
        transcriber = model.transcriber
        setThresholds(thresholds)
    }

    func setThresholds(_ settings: ThresholdSettings) {
        thresholds = settings
        transcriber.thresholds = settings.applied(to: transcriber.info.thresholds)
    }
}
