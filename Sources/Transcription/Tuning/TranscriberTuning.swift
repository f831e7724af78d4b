import Music
import Networks

/// What a transcriber needs to listen at another tuning.
///
/// Built on any thread, then handed over to the owner of the transcriber: see ``Transcriber/retune(_:)``.
public struct TranscriberTuning: Sendable {
    /// The frequency of A4 in hertz.
    public let a4: Double
    let network: NetworkTuning

    /// - Parameters:
    ///   - info: the model that will be retuned.
    ///   - isForRecordings: whether the owner is a ``RecordingTranscriber``.
    /// - Throws: ``ModelError/notTunable(_:)`` if the model's filters cannot be shifted.
    public init(_ info: ModelInfo, a4: Double, isForRecordings: Bool = false) throws(ModelError) {
        self.a4 = a4
        network = try NetworkTuning(
            info, ratio: a4 / ConcertPitch.standard, copies: isForRecordings ? BatchNetwork.tuningCopies : 1)
    }
}
