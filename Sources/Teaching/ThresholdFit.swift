import Datasets
import Evaluation
import Networks
import Training

/// Fits a fine-tuned model's thresholds on its training data.
public struct ThresholdFit: Sendable {
    private let recordings: [DatasetFolder.Recording]
    /// The training parts; nil for recordings that are used whole.
    private let passages: [[Range<Double>]?]

    /// Number of recordings from the replay set.
    private static let rendered = 6

    /// Number of recordings that the model is run over.
    public var count: Int { recordings.count }

    /// - Parameters:
    ///   - examples: all examples.
    ///   - split: their training parts.
    ///   - labelPaths: the file of aligned labels for each example.
    ///   - replaySet: the set whose training recordings are used too.
    public init(_ examples: [FineTuningExample], split: HeldOutSplit, labelPaths: [String], replaySet: ReplaySet) {
        var recordings: [DatasetFolder.Recording] = []
        var passages: [[Range<Double>]?] = []
        for ((example, part), labels) in zip(zip(examples, split.parts), labelPaths) where part.training.duration > 0 {
            recordings.append(
                DatasetFolder.Recording(name: example.pair.name, audioPath: example.pair.audio, labelPath: labels))
            passages.append(part.training.ranges)
        }
        for recording in ReplaySet.spread(replaySet.training, Self.rendered) {
            recordings.append(recording)
            passages.append(nil)
        }
        self.recordings = recordings
        self.passages = passages
    }

    /// Searches for the best thresholds.
    ///
    /// - Parameter progress: receives the number of recordings done; an error thrown by it stops the work.
    /// - Throws: `SoundError`, `MusicError`, `ModelError`, and whatever `progress` throws.
    public func thresholds(of model: Model, progress: (Int) throws -> Void) throws -> NoteThresholds {
        var evaluations: [RecordingEvaluation] = []
        for recording in recordings {
            evaluations.append(try RecordingEvaluation(recording, model: model))
            try progress(evaluations.count)
        }
        return ThresholdSearch(evaluations, within: passages).best(from: model.info.thresholds).thresholds
    }
}
