import ArgumentParser
import Datasets
import Evaluation
import Foundation
import Synchronization
import Terminal

/// What `evaluate --protocol paper` and `table` share on the command line.
struct ProtocolOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Choose the threshold on random windows of this folder's recordings, not on those judged (default: the model's own).",
            valueName: "folder"))
    var thresholdsOn: String?
    @Option(help: "Which of MusicNet's parts to judge on: train, test or all. Thresholds are chosen on train.")
    var split = "all"
    @Option(help: "Recordings judged at the same time (default: one for each core).") var jobs: Int?

    func validate() throws {
        if DatasetFolder.Split(rawValue: split) == nil { throw ValidationError("--split is train, test or all.") }
        if let jobs, !(1...256).contains(jobs) { throw ValidationError("--jobs should lie between 1 and 256.") }
    }

    /// Recordings at the same time.
    var processors: Int { jobs ?? ProcessInfo.processInfo.activeProcessorCount }

    /// - Throws: `DatasetError`.
    func folder(_ path: String) throws -> DatasetFolder {
        try DatasetFolder(path: path, split: DatasetFolder.Split(rawValue: split) ?? .all)
    }

    /// Opens the folders.
    ///
    /// - Throws: `DatasetError`.
    func judge(dataset: String) throws -> ModelEvaluator {
        ModelEvaluator(
            dataset: try folder(dataset),
            training: try thresholdsOn.map { try DatasetFolder(path: $0, split: .train) })
    }
}

/// The progress line of judging one model, for whatever thread has news.
final class JudgingLine: Sendable {
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
