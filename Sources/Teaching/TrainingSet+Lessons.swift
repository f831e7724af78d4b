import Datasets
import Networks
import Training

extension TrainingSet {
    /// The training parts of some lessons; those with nothing to train on are left out. Longer ones are drawn more
    /// often.
    ///
    /// - Throws: `SoundError`, `DatasetError`; `TrainingError.tooLittleMusic` when there is nothing at all.
    public init(_ lessons: [Lesson], split: HeldOutSplit, info: ModelInfo) throws {
        let parts = zip(lessons, split.parts).map { lesson, part in
            PartlyTrusted(
                audio: lesson.pair.audio, notes: lesson.notes, doubtful: lesson.doubtful, trusted: part.training)
        }
        try self.init(parts, info: info)
    }

    /// What is mixed in against forgetting.
    ///
    /// - Throws: what opening a dataset throws.
    public init(_ rehearsal: Rehearsal, info: ModelInfo) throws {
        try self.init(rehearsal.training, folder: "rendered", info: info)
    }
}
