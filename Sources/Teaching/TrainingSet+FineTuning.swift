import Datasets
import Networks
import Training

extension TrainingSet {
    /// Opens the training parts of examples. Examples without a training part are skipped; the others are drawn in
    /// proportion to the duration of theirs.
    ///
    /// - Throws: `SoundError`, `DatasetError`; `TrainingError.tooLittleMusic` if no example has a training part.
    public init(_ examples: [FineTuningExample], split: HeldOutSplit, info: ModelInfo) throws {
        let parts = zip(examples, split.parts).map { example, part in
            PartlyReliable(
                audio: example.pair.audio, notes: example.notes, uncertain: example.uncertain, reliable: part.training)
        }
        try self.init(parts, info: info)
    }

    /// Opens the training part of a replay set.
    ///
    /// - Throws: the errors of ``TrainingSet/init(_:unlabelled:folder:info:report:)``.
    public init(_ replaySet: ReplaySet, info: ModelInfo) throws {
        try self.init(replaySet.training, folder: "rendered", info: info)
    }
}
