import Basics
import Datasets
import Networks

/// Judges one model by the paper's protocol.
public struct ProtocolRun: Sendable {
    /// What is being done, and how far it has come.
    public struct Progress: Sendable, Equatable {
        public enum Stage: String, Sendable {
            case threshold
            case frames
        }

        public var stage: Stage
        /// Recordings.
        public var done: Int
        public var total: Int
    }

    /// Called with the progress, on the thread that runs the protocol.
    public typealias ProgressBody = @Sendable (Progress) -> Void

    private let model: Model
    private let design: PaperProtocol
    private let jobs: Int
    private let progress: ProgressBody

    /// - Parameters:
    ///   - jobs: recordings at a time, at least 1; each takes a network of its own.
    public init(
        model: Model, design: PaperProtocol = PaperProtocol(), jobs: Int = 1,
        progress: @escaping ProgressBody = { _ in }
    ) {
        self.model = model
        self.design = design
        self.jobs = jobs
        self.progress = progress
    }

    /// Chooses the threshold on random windows of training recordings, or takes the model's own without any.
    ///
    /// - Throws: the first error met: `SoundError`, `MusicError`, `ModelError`, or ``EvaluationError/noFrames(dataset:seconds:)``
    ///   when all recordings are shorter than a window.
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

    /// Runs the model over the judged frames of recordings; those without a frame come back empty.
    ///
    /// - Throws: the first error met: `SoundError`, `MusicError` or `ModelError`.
    public func frames(_ recordings: [DatasetFolder.Recording]) throws -> [RecordingFrames] {
        let (model, design) = (model, design)
        return try FanOut(threads: jobs).map(
            recordings, worker: { try FrameScorer(model: model, design: design) },
            progress: { done, _ in progress(Progress(stage: .frames, done: done, total: recordings.count)) }
        ) { scorer, recording in try scorer.frames(recording) }
    }

    /// Judges the model on a dataset.
    ///
    /// - Parameter name: what the report calls the model.
    /// - Throws: as ``frames(_:)``, and ``EvaluationError/noFrames(dataset:seconds:)``.
    public func report(name: String, dataset: DatasetFolder, threshold: ThresholdChoice) throws -> ModelReport {
        let judged = try frames(dataset.recordings).filter { $0.count > 0 }
        guard !judged.isEmpty else {
            throw EvaluationError.noFrames(
                dataset: dataset.path, seconds: Double(design.start + design.window) / Double(PaperProtocol.sampleRate))
        }
        return ModelReport(name: name, info: model.info, recordings: judged, threshold: threshold.threshold)
    }
}
