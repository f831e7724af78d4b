import ArgumentParser
import Datasets
import Foundation
import Networks
import Terminal
import Training

struct Train: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Train a model on a dataset, by a recipe.",
        discussion: """
            RECIPE says everything that decides the outcome (network, loss, optimiser, steps, seed). Models/recipes holds the \
            recipe of the model that ships, and in paper/ those of every row of the paper's table; docs/training.md explains \
            every key.

            The whole state is saved to the checkpoint as the run goes. Ctrl-C saves and stops; --resume goes on from there \
            and ends with the same weights as a run that was never stopped. Beside the checkpoint, CHECKPOINT.jsonl logs \
            loss, average precision on the probe set, and speed; notelab plot training draws it.

            Under MPI several processes, on one machine or more, share each batch and end with the weights that one process \
            would: mpirun -n 2 notelab train RECIPE ...

            On MusicNet: notelab train RECIPE --dataset musicnet --split train --probe musicnet --probe-split test --out MODEL
            """)

    @Argument(help: "The recipe, a JSON file.") var recipe: String
    @Option(help: "Folder of recordings with labels; docs/datasets.md has the layouts.") var dataset: String
    @Option(help: "Which part of MusicNet to train on: \(DatasetFolder.Split.choices).")
    var split = "all"
    @Option(help: "Where the trained model goes.") var out: String
    @Option(help: "Held-back recordings to look at now and then; never trained on.") var probe: String?
    @Option(help: "Which part of MusicNet to probe on.") var probeSplit = "all"
    @Option(help: "Where the state is saved (default: OUT.checkpoint).") var checkpoint: String?
    @Option(help: "Go on from this checkpoint.") var resume: String?
    @Option(
        help:
            "Begin with the weights of this model: a network of the recipe's form, or one with fewer maps or more positions."
    )
    var from: String?
    @Option(help: "Stop after this many seconds, saved; --resume goes on.") var seconds: Double?
    @Option(help: "Threads (default: one for each processor). The result doesn't depend on it, up to rounding.")
    var threads: Int?

    func validate() throws {
        for (option, part) in [("--split", split), ("--probe-split", probeSplit)]
        where DatasetFolder.Split(rawValue: part) == nil {
            throw ValidationError("\(option) takes one of \(DatasetFolder.Split.choices).")
        }
        if let threads, !(1...1024).contains(threads) { throw ValidationError("--threads takes 1 to 1024.") }
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
                if !isComplete { Self.say("stopped at step \(run.step); go on with --resume \(checkpoint)") }
            }
            processes.leave()
        }
    }

    /// An earlier run's state may be hours of work: it is moved, not written over.
    private func setAside(_ checkpoint: String) throws {
        let files = FileManager.default
        guard files.fileExists(atPath: checkpoint) else { return }
        let kept = checkpoint + ".previous"
        try? files.removeItem(atPath: kept)
        do { try files.moveItem(atPath: checkpoint, toPath: kept) } catch {
            throw TrainingError.write(path: kept, reason: "an earlier run's checkpoint cannot be moved there")
        }
        Self.say("an earlier run's checkpoint is now '\(kept)'; --resume goes on from one")
    }

    /// Warnings beyond these are only counted.
    private static let warningLimit = 10

    private func open(
        _ folder: String, split: DatasetFolder.Split, _ label: String, _ info: ModelInfo, shows: Bool
    ) throws -> TrainingSet {
        guard shows else { return try TrainingSet(folder: folder, split: split, info: info) }
        var line = ProgressLine("open \(label)", total: nil, unit: .count("recordings"))
        let set = try TrainingSet(folder: folder, split: split, info: info) { done, _ in line.update(Double(done)) }
        line.finish(Double(set.count), remark: String(format: "%.1f hours", set.duration / 3600))
        for warning in set.warnings.prefix(Self.warningLimit) { Self.say("warning: \(warning)") }
        if set.warnings.count > Self.warningLimit {
            Self.say(
                "and \(set.warnings.count - Self.warningLimit) more warnings; notelab dataset import '\(folder)' lists all"
            )
        }
        return set
    }

    /// What a model says of the one it began with.
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
