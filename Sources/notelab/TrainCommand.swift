import ArgumentParser
import Datasets
import Foundation
import Networks
import Terminal
import Training

struct Train: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Train a model on a dataset.",
        discussion: """
            RECIPE defines the network, loss, optimizer, number of steps and seed. Models/recipes contains the recipes \
            of the default model and, in paper/, of every row of the paper's Table 3. docs/training.md documents all \
            keys.

            The complete state is saved to the checkpoint at intervals. Ctrl-C saves it and stops; --resume continues \
            and reaches the same weights as an uninterrupted run. CHECKPOINT.jsonl logs the loss, the average \
            precision on the probe set, and the speed; 'notelab plot training' draws it.

            Under MPI, processes on one or more machines share each batch. They reach the same weights as one process, \
            up to rounding.

            Examples:
              notelab train RECIPE --dataset musicnet --split train --out MODEL
              notelab train RECIPE --dataset DATA --probe HELD-OUT --out MODEL
              mpirun -n 2 notelab train RECIPE --dataset DATA --out MODEL
            """)

    @Argument(help: "The training recipe, a JSON file.") var recipe: String
    @Option(
        help: ArgumentHelp("Folder of recordings with labels; see docs/datasets.md for layouts.", valueName: "folder"))
    var dataset: String
    @Option(help: "MusicNet split to train on: \(DatasetFolder.Split.choices).")
    var split = "all"
    @Option(help: ArgumentHelp("File for the trained model.", valueName: "model")) var out: String
    @Option(
        help: ArgumentHelp("Held-out dataset to evaluate on at intervals; not used for training.", valueName: "folder"))
    var probe: String?
    @Option(help: "MusicNet split of the probe set.") var probeSplit = "all"
    @Option(help: ArgumentHelp("File for the training state (default: OUT.checkpoint).", valueName: "file"))
    var checkpoint: String?
    @Option(help: ArgumentHelp("Continue from this checkpoint.", valueName: "file")) var resume: String?
    @Option(
        help: ArgumentHelp(
            "Initialize from a model with the recipe's architecture, or one with fewer maps or more positions.",
            valueName: "model"))
    var from: String?
    @Option(help: ArgumentHelp("Save and stop after this time.", valueName: "s")) var seconds: Double?
    @Option(
        help: ArgumentHelp("Threads (default: one per processor). Affects results by rounding only.", valueName: "n"))
    var threads: Int?

    func validate() throws {
        for (option, part) in [("--split", split), ("--probe-split", probeSplit)]
        where DatasetFolder.Split(rawValue: part) == nil {
            throw ValidationError("\(option) must be one of \(DatasetFolder.Split.choices).")
        }
        if let threads, !(1...1024).contains(threads) { throw ValidationError("--threads must be between 1 and 1024.") }
    }

    func run() throws {
        try Self.reporting {
            let processes = Processes.join()
            let recipe = try Recipe(contentsOf: self.recipe)
            let set = try open(
                dataset, split: DatasetFolder.Split(rawValue: split) ?? .all, "dataset", recipe.info,
                shows: processes.isFirst)
            let probeSet =
                try processes.isFirst
                ? probe.map {
                    try open(
                        $0, split: DatasetFolder.Split(rawValue: probeSplit) ?? .all, "probe set", recipe.info,
                        shows: true)
                } : nil
            let start = try from.map { try Model(contentsOf: $0) }
            let checkpoint = checkpoint ?? out + ".checkpoint"
            if resume == nil, processes.isFirst { try setAside(checkpoint) }
            let cores = ProcessInfo.processInfo.activeProcessorCount
            let run = try TrainingRun(
                recipe: recipe, dataset: set, probeSet: probeSet, threads: threads ?? max(1, cores / processes.local),
                checkpoint: checkpoint, resume: resume, start: start, processes: processes)
            let interruption = Interruption()
            let clock = ContinuousClock()
            let deadline = seconds.map { clock.now + .seconds($0) }
            var line = ProgressLine(recipe.name, total: Double(recipe.steps), unit: .count("steps"))
            let isComplete = try run.run(
                shouldStop: { interruption.isRequested || deadline.map { clock.now >= $0 } ?? false },
                report: { line.update(Double($0.step), remark: Self.remark($0)) })
            if processes.isFirst {
                line.finish(Double(run.step))
                try run.model(extra: Self.origin(start)).write(to: out, as: .f32)
                if !isComplete { Self.log("stopped at step \(run.step); continue with --resume \(checkpoint)") }
            }
            processes.leave()
        }
    }

    /// Renames the checkpoint of an earlier run, which may represent hours of work, instead of overwriting it.
    private func setAside(_ checkpoint: String) throws {
        let files = FileManager.default
        guard files.fileExists(atPath: checkpoint) else { return }
        let kept = checkpoint + ".previous"
        try? files.removeItem(atPath: kept)
        do { try files.moveItem(atPath: checkpoint, toPath: kept) } catch {
            throw TrainingError.write(path: kept, reason: "cannot rename the checkpoint of an earlier run to it")
        }
        Self.log("the checkpoint of an earlier run was renamed to '\(kept)'; use --resume to continue a run")
    }

    /// Further warnings are only counted.
    private static let warningLimit = 10

    private func open(
        _ folder: String, split: DatasetFolder.Split, _ label: String, _ info: ModelInfo, shows: Bool
    ) throws -> TrainingSet {
        guard shows else { return try TrainingSet(folder: folder, split: split, info: info) }
        var line = ProgressLine("open \(label)", total: nil, unit: .count("recordings"))
        let set = try TrainingSet(folder: folder, split: split, info: info) { done, _ in line.update(Double(done)) }
        line.finish(Double(set.count), remark: String(format: "%.1f hours", set.duration / 3600))
        for warning in set.warnings.prefix(Self.warningLimit) { Self.log("warning: \(warning)") }
        if set.warnings.count > Self.warningLimit {
            Self.log(
                "and \(set.warnings.count - Self.warningLimit) more; 'notelab dataset import \(folder)' lists them all"
            )
        }
        return set
    }

    /// Metadata about the model that training started from.
    private static func origin(_ start: Model?) -> [String: String] {
        guard let start else { return [:] }
        let windows = start.info.extra["windows_seen"].map { ", \($0) windows" } ?? ""
        return ["begun_with": start.info.name + windows]
    }

    private static func remark(_ progress: TrainingProgress) -> String {
        let probe = progress.probe.map { String(format: ", probe AP %.3f", $0) } ?? ""
        return String(
            format: "loss %.3f%@, %.0f windows/s", progress.loss, probe as NSString, progress.windowsPerSecond)
    }
}
