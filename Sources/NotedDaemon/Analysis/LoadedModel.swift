import Capture
import Networks
import Transcription

/// A model that is ready to run: loaded, validated, and with its transcriber built.
///
/// One owner at a time: built on any thread, then handed over to the analysis thread.
public struct LoadedModel: @unchecked Sendable {
    public let description: ModelDescription
    let transcriber: Transcriber

    /// Loads the model file at `path`. Slow; not for the analysis thread or an event loop.
    ///
    /// - Throws: ``ModelError`` for a file that is not a valid model, ``DaemonError/unsuitableModel(name:reason:)``
    ///   for a model whose hop or sample rate differs from capture's.
    public init(path: String, thresholds: ThresholdSettings) throws {
        try self.init(try Model(contentsOf: path), path: path, thresholds: thresholds)
    }

    /// Prepares `model`; `path` is shown to clients.
    public init(_ model: Model, path: String = "", thresholds: ThresholdSettings = ThresholdSettings()) throws {
        let info = model.info
        guard info.sampleRate == captureRate, info.hop == hopSize else {
            throw DaemonError.unsuitableModel(
                name: path.isEmpty ? info.name : path,
                reason: "it needs hops of \(info.hop) samples at \(info.sampleRate) Hz, but capture delivers "
                    + "\(hopSize) at \(captureRate) Hz; train it for these")
        }
        transcriber = try Transcriber(model: model, thresholds: thresholds.applied(to: info.thresholds))
        description = ModelDescription(
            name: info.name, path: path, lookaheadMilliseconds: info.lookaheadMilliseconds, window: info.window,
            hop: info.hop, sampleRate: info.sampleRate,
            parameters: model.tensors.values.reduce(0) { $0 + $1.values.count })
    }

    /// Whether the model can listen at tunings other than A4 = 440 Hz.
    var isTunable: Bool { transcriber.info.isTunable }

    /// Lets the model listen at another tuning. Slow, as loading is. A model whose filters were learned stays at 440
    /// Hz.
    func tune(to a4: Double) {
        guard a4 != transcriber.a4, let tuning = try? TranscriberTuning(transcriber.info, a4: a4) else { return }
        _ = transcriber.retune(tuning)
    }
}
