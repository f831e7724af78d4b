import Capture
import Foundation
import Networks
import Transcription

/// The network and the notes it detects. Its events count samples from ``Timeline/modelStart``.
final class NoteTranscription {
    private(set) var transcriber: Transcriber
    private var thresholds: ThresholdSettings
    private var meter = LevelMeter()
    private(set) var reading = Reading()

    /// The state for other threads.
    struct Reading: Sendable {
        /// The level of the newest hop.
        var level = HopLevel()
        /// Hops below the level at which a note may begin.
        var silentHops: Int64 = 0
        /// Hops for which the network rested or left the evaluation for later.
        var restedHops: Int64 = 0
        /// Notes detected.
        var notes: Int64 = 0
    }

    init(_ model: LoadedModel, thresholds: ThresholdSettings) {
        transcriber = model.transcriber
        self.thresholds = thresholds
    }

    var info: ModelInfo { transcriber.info }

    /// Whether the newest hop was evaluated, and not left out because of silence.
    var isCurrent: Bool { transcriber.hasPosteriors }

    /// The events of the newest hop.
    var events: [NoteEvent] { transcriber.events }

    /// The level of the last nine hops if the newest completes them; otherwise nil.
    private(set) var meteredLevel: HopLevel?

    /// Analyses the next hop.
    ///
    /// - Parameter needsPosteriors: whether the posteriors are published. If not, the network may rest in silence.
    func process(_ hop: Span<Float>, needsPosteriors: Bool = true) {
        transcriber.needsPosteriors = needsPosteriors
        transcriber.process(hop)
        if !transcriber.hasPosteriors { reading.restedHops += 1 }
        reading.level = transcriber.level
        if transcriber.level.rmsDBFS < transcriber.thresholds.gateDBFS { reading.silentHops += 1 }
        for case .on in transcriber.events { reading.notes += 1 }
        meteredLevel = meter.add(transcriber.level)
    }

    /// Ends every sounding note and returns the events.
    func releaseAll() -> [NoteEvent] { transcriber.releaseAll() }

    /// Begins a new epoch. The old epoch's notes must have been released.
    func beginEpoch() {
        transcriber.reset()
        meter = LevelMeter()
    }

    /// Replaces the model. The old model's notes must have been released.
    func replaceModel(_ model: LoadedModel) {
        model.transcriber.continueTuning(of: transcriber)
        transcriber = model.transcriber
        setThresholds(thresholds)
    }

    func setThresholds(_ settings: ThresholdSettings) {
        thresholds = settings
        transcriber.thresholds = settings.applied(to: transcriber.info.thresholds)
    }
}

/// Combines the levels of nine hops into one message, about ten times a second.
public struct LevelMeter: Sendable {
    /// Hops per message: nine hops of 512 samples last 104 ms.
    static let hopsPerMessage = 9

    private var power = 0.0
    private var peak = HopLevel.silenceDBFS
    private var hops = 0

    public init() {}

    /// Adds a hop; returns the level of the last nine when they are complete, otherwise nil.
    public mutating func add(_ level: HopLevel) -> HopLevel? {
        power += pow(10, level.rmsDBFS / 10)
        peak = max(peak, level.peakDBFS)
        hops += 1
        guard hops == Self.hopsPerMessage else { return nil }
        let mean = power / Double(hops)
        defer { self = LevelMeter() }
        return HopLevel(
            rmsDBFS: mean > 0 ? max(10 * log10(mean), HopLevel.silenceDBFS) : HopLevel.silenceDBFS, peakDBFS: peak)
    }
}
