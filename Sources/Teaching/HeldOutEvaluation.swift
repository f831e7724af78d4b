import Datasets
import Evaluation
import Music
import Networks
import Training

/// Evaluates models on the held-out parts of examples and on rendered recordings.
public struct HeldOutEvaluation: Sendable {
    /// A recording of the user's, and the part of it that is evaluated.
    struct Exam: Sendable {
        var recording: DatasetFolder.Recording
        var passages: TimeSpans
        var uncertain: [Note]
    }

    private let own: [Exam]
    private let others: [DatasetFolder.Recording]

    /// Number of recordings that each evaluation processes.
    public var count: Int { own.count + others.count }

    /// - Parameters:
    ///   - examples: all examples.
    ///   - split: their held-out parts.
    ///   - labelPaths: a label file for each example.
    ///   - areGroundTruth: whether the label files hold the true notes rather than the alignment's. If so, no note
    ///     counts as uncertain.
    ///   - others: rendered recordings that are not in the training set.
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

    /// Runs a model over all recordings, one after another.
    ///
    /// - Parameter progress: receives the number of recordings done and the name of the last one; an error thrown by
    ///   it stops the work.
    /// - Throws: `SoundError`, `MusicError`, `ModelError`, and whatever `progress` throws.
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
