import Datasets
import Networks
import Training

extension TrainingSet {
    /// The training parts of some examples; those with nothing to train on are left out. Longer ones are drawn more
    /// often.
    ///
    /// - Throws: `SoundError`, `DatasetError`; `TrainingError.tooLittleMusic` when there is nothing at all.
    public init(_ examples: [FineTuningExample], split: HeldOutSplit, info: ModelInfo) throws {
        let parts = zip(examples, split.parts).map { example, part in
            PartlyReliable(
                audio: example.pair.audio, notes: example.notes, uncertain: example.uncertain, reliable: part.training)
        }
        try self.init(parts, info: info)
    }

    /// What is mixed in against forgetting.
    ///
    /// - Throws: what opening a dataset throws.
    public init(_ replaySet: ReplaySet, info: ModelInfo) throws {
        try self.init(replaySet.training, folder: "rendered", info: info)
    }
}
