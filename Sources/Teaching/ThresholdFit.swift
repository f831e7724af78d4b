import Datasets
import Evaluation
import Networks
import Training

/// Looks for the thresholds that serve a taught model best, on what it was trained on.
public struct ThresholdFit: Sendable {
    private let recordings: [DatasetFolder.Recording]
    /// Nil where all of a recording counts.
    private let passages: [[Range<Double>]?]

    /// Rendered recordings that have a say beside the user's own.
    private static let rendered = 6

    /// Recordings to run the model over.
    public var count: Int { recordings.count }

    /// - Parameters:
    ///   - examples: all of them.
    ///   - split: whose training parts count.
    ///   - labelPaths: the aligned labels of each example.
    ///   - replaySet: what is mixed in.
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

    /// - Parameter progress: told how many recordings are done; what it throws ends the work.
    /// - Throws: `SoundError`, `MusicError`, `ModelError`, and what `progress` throws.
    public func thresholds(of model: Model, progress: (Int) throws -> Void) throws -> NoteThresholds {
        var evaluations: [RecordingEvaluation] = []
        for recording in recordings {
            evaluations.append(try RecordingEvaluation(recording, model: model))
            try progress(evaluations.count)
        }
        return ThresholdSearch(evaluations, within: passages).best(from: model.info.thresholds).thresholds
    }
}
