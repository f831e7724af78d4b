import ArgumentParser
import Datasets
import Evaluation
import Foundation
import Synchronization
import Terminal

/// The options that `evaluate` and `table` share.
struct ProtocolOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Choose the threshold on random windows of this dataset, or of its train split (default: the model's own).",
            valueName: "folder"))
    var thresholdsOn: String?
    @Option(help: "MusicNet split to evaluate on: \(DatasetFolder.Split.choices).")
    var split = "all"
    @Option(help: ArgumentHelp("Recordings to process in parallel (default: one per processor).", valueName: "n"))
    var jobs: Int?

    func validate() throws {
        if DatasetFolder.Split(rawValue: split) == nil {
            throw ValidationError("--split must be one of \(DatasetFolder.Split.choices).")
        }
        if let jobs, !(1...256).contains(jobs) { throw ValidationError("--jobs must be between 1 and 256.") }
    }

    /// The number of recordings to process in parallel.
    var processors: Int { jobs ?? ProcessInfo.processInfo.activeProcessorCount }

    /// - Throws: `DatasetError`.
    func folder(_ path: String) throws -> DatasetFolder {
        try DatasetFolder(path: path, split: DatasetFolder.Split(rawValue: split) ?? .all)
    }

    /// Opens the datasets.
    ///
    /// - Throws: `DatasetError`.
    func evaluator(dataset: String) throws -> ModelEvaluator {
        ModelEvaluator(
            dataset: try folder(dataset),
            training: try thresholdsOn.map { try DatasetFolder(path: $0, split: .train) })
    }
}

/// The progress line of an evaluation under the paper's protocol. It may be updated from any thread.
final class EvaluationProgress: Sendable {
    private struct State: ~Copyable {
        var line: ProgressLine?
        var stage: ProtocolRun.Progress.Stage?
        var done = 0
    }

    private let label: String
    private let state = Mutex(State())

    init(_ label: String) { self.label = label }

    func update(_ progress: ProtocolRun.Progress) {
        state.withLock { state in
            if state.stage != progress.stage {
                state.line?.finish(Double(state.done))
                let title = progress.stage == .threshold ? "\(label): threshold" : "\(label): frames"
                state.line = ProgressLine(title, total: Double(progress.total), unit: .count("recordings"))
                state.stage = progress.stage
            }
            state.done = progress.done
            state.line?.update(Double(progress.done))
        }
    }

    func finish() {
        state.withLock { state in
            state.line?.finish(Double(state.done))
            state.line = nil
        }
    }
}
