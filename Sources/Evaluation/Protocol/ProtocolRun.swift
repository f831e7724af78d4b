import Basics
import Datasets
import Networks

/// Evaluates one model under the paper's protocol.
public struct ProtocolRun: Sendable {
    /// The current stage of a run, and how far it is.
    public struct Progress: Sendable, Equatable {
        public enum Stage: String, Sendable {
            case threshold
            case frames
        }

        public var stage: Stage
        /// Numbers of recordings.
        public var done: Int
        public var total: Int
    }

    /// Called on the thread that runs the protocol.
    public typealias ProgressBody = @Sendable (Progress) -> Void

    private let model: Model
    private let design: PaperProtocol
    private let jobs: Int
    private let progress: ProgressBody

    /// - Parameters:
    ///   - jobs: the number of recordings to process in parallel, at least 1. Each job holds a network of its own.
    public init(
        model: Model, design: PaperProtocol = PaperProtocol(), jobs: Int = 1,
        progress: @escaping ProgressBody = { _ in }
    ) {
        self.model = model
        self.design = design
        self.jobs = jobs
        self.progress = progress
    }

    /// Chooses the threshold on random windows of training recordings.
    ///
    /// - Parameter training: nil to use the model's own threshold.
    /// - Throws: the first error that occurs: `SoundError`, `MusicError`, `ModelError`, or
    ///   ``EvaluationError/noFrames(dataset:seconds:)`` if all recordings are shorter than a window.
    public func threshold(training: DatasetFolder?) throws -> ThresholdChoice {
        guard let training else { return ThresholdChoice(threshold: model.info.thresholds.on) }
        let recordings = training.recordings
        let (model, design) = (model, design)
        let found = try FanOut(threads: jobs).map(
            Array(recordings.indices), worker: { try WindowScorer(model: model, design: design) },
            progress: { done, _ in progress(Progress(stage: .threshold, done: done, total: recordings.count)) }
        ) { scorer, index in
            var scores = FrameScores()
            let count = try scorer.add(recordings[index], stream: index, to: &scores)
            return (scores, count)
        }
        var pool = FrameScores()
        for (scores, _) in found { pool.add(scores) }
        let windows = found.reduce(0) { $0 + $1.1 }
        guard windows > 0, let best = pool.bestThreshold(among: design.thresholds) else {
            throw EvaluationError.noFrames(
                dataset: training.path, seconds: Double(design.window) / Double(PaperProtocol.sampleRate))
        }
        return ThresholdChoice(
            threshold: best.threshold,
            training: .init(
                dataset: training.path, recordings: found.count { $0.1 > 0 }, windows: windows, f1: best.counts.f1))
    }

    /// Runs the model over the frames of recordings.
    ///
    /// - Returns: results in the order of `recordings`; recordings that are too short have no frames.
    /// - Throws: the first error that occurs: `SoundError`, `MusicError` or `ModelError`.
    public func frames(_ recordings: [DatasetFolder.Recording]) throws -> [RecordingFrames] {
        let (model, design) = (model, design)
        return try FanOut(threads: jobs).map(
            recordings, worker: { try FrameScorer(model: model, design: design) },
            progress: { done, _ in progress(Progress(stage: .frames, done: done, total: recordings.count)) }
        ) { scorer, recording in try scorer.frames(recording) }
    }

    /// Evaluates the model on a dataset.
    ///
    /// - Parameter name: the model's name in the report.
    /// - Throws: the errors of ``frames(_:)``, and ``EvaluationError/noFrames(dataset:seconds:)`` if all recordings are
    ///   too short.
    public func report(name: String, dataset: DatasetFolder, threshold: ThresholdChoice) throws -> ModelReport {
        let recordings = try frames(dataset.recordings).filter { $0.count > 0 }
        guard !recordings.isEmpty else {
            throw EvaluationError.noFrames(
                dataset: dataset.path, seconds: Double(design.start + design.window) / Double(PaperProtocol.sampleRate))
        }
        return ModelReport(name: name, info: model.info, recordings: recordings, threshold: threshold.threshold)
    }
}
