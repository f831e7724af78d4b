import Datasets
import Networks

extension TrainingSet {
    /// The training parts of some lessons; those with nothing to train on are left out. Longer ones are drawn more
    /// often.
    ///
    /// - Throws: `SoundError`, `DatasetError`; `TrainingError.tooLittleMusic` when there is nothing at all.
    public init(_ lessons: [Lesson], split: HeldOutSplit, info: ModelInfo) throws {
        let used = zip(lessons, split.parts).filter { $0.1.training.duration > 0 }
        guard !used.isEmpty else { throw TrainingError.tooLittleMusic(seconds: 0, needed: 1) }
        let recordings = try used.map { lesson, part in
            try Recording(
                audio: lesson.pair.audio, notes: lesson.notes, doubtful: lesson.doubtful, trusted: part.training,
                conditioning: info.architecture.conditioning, hop: info.hop, sampleRate: info.sampleRate,
                residentLimit: Self.residentLimit / used.count)
        }
        let seconds = used.map(\.1.training.duration)
        self.init(pool: ExcerptPool(recordings, weights: seconds), duration: seconds.reduce(0, +))
    }

    /// What is mixed in against forgetting.
    ///
    /// - Throws: what opening a dataset throws.
    public init(_ rehearsal: Rehearsal, info: ModelInfo) throws {
        try self.init(rehearsal.training, folder: "rendered", info: info)
    }
}
