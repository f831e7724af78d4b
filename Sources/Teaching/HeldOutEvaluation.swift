import Datasets
import Evaluation
import Music
import Networks
import Training

/// Judges models by the held-out parts of some examples and by rendered recordings.
public struct HeldOutEvaluation: Sendable {
    /// A recording of the user's own and what of it counts.
    struct Exam: Sendable {
        var recording: DatasetFolder.Recording
        var passages: TimeSpans
        var uncertain: [Note]
    }

    private let own: [Exam]
    private let others: [DatasetFolder.Recording]

    /// Recordings to run a model over.
    public var count: Int { own.count + others.count }

    /// - Parameters:
    ///   - examples: all of them.
    ///   - split: which moments are held out.
    ///   - labelPaths: a file of labels for each example.
    ///   - areGroundTruth: whether those labels are the truth, and not what the alignment found: then no note is uncertain.
    ///   - others: rendered recordings that are not trained on.
    public init(
        _ examples: [FineTuningExample], split: HeldOutSplit, labelPaths: [String], areGroundTruth: Bool,
        others: [DatasetFolder.Recording]
    ) {
        own = zip(zip(examples, split.parts), labelPaths).compactMap { pair, labels in
            let (example, part) = pair
            guard part.heldOut.duration > 0 else { return nil }
            return Exam(
                recording: DatasetFolder.Recording(
                    name: example.pair.name, audioPath: example.pair.audio, labelPath: labels),
                passages: part.heldOut, uncertain: areGroundTruth ? [] : example.uncertain)
        }
        self.others = others
    }

    /// Runs a model over all recordings, one after the other.
    ///
    /// - Parameter progress: told how many recordings are done, and the name of the last; what it throws ends the work.
    /// - Throws: `SoundError`, `MusicError`, `ModelError`, and what `progress` throws.
    public func figures(
        of model: Model, progress: (Int, String) throws -> Void
    ) throws -> (own: PassageFigures, others: PassageFigures) {
        let threshold = model.info.thresholds.on
        var (mine, rest) = (PassageCounts(), PassageCounts())
        var done = 0
        for exam in own {
            let evaluation = try RecordingEvaluation(exam.recording, model: model)
            mine.add(evaluation, in: exam.passages, uncertain: exam.uncertain)
            done += 1
            try progress(done, exam.recording.name)
        }
        for recording in others {
            rest.add(try RecordingEvaluation(recording, model: model))
            done += 1
            try progress(done, recording.name)
        }
        return (mine.figures(threshold: threshold), rest.figures(threshold: threshold))
    }
}
