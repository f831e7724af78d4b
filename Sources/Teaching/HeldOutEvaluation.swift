import Datasets
import Evaluation
import Music
import Networks
import Training

/// Evaluates models on the held-out parts of examples and on rendered recordings.
public struct HeldOutEvaluation: Sendable {
    /// A recording of the user's, and the part of it that is evaluated.
    struct HeldOutRecording: Sendable {
        var recording: DatasetFolder.Recording
        var passages: TimeSpans
        var uncertain: [Note]
    }

    private let own: [HeldOutRecording]
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
            return HeldOutRecording(
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
        var (ownCounts, otherCounts) = (PassageCounts(), PassageCounts())
        var done = 0
        for entry in own {
            let evaluation = try RecordingEvaluation(entry.recording, model: model)
            ownCounts.add(evaluation, in: entry.passages, uncertain: entry.uncertain)
            done += 1
            try progress(done, entry.recording.name)
        }
        for recording in others {
            otherCounts.add(try RecordingEvaluation(recording, model: model))
            done += 1
            try progress(done, recording.name)
        }
        return (ownCounts.figures(threshold: threshold), otherCounts.figures(threshold: threshold))
    }
}
