import ArgumentParser
import Foundation
import Networks
import Terminal
import Training

struct Train: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Train a model on a dataset, by a recipe.",
        discussion: """
            RECIPE says everything that decides the outcome (network, loss, optimiser, steps, seed). Models/recipes holds
            the recipes of the models that ship; docs/training.md explains every key.

            The whole state is saved to the checkpoint as the run goes. Ctrl-C saves and stops; --resume goes on from
            there and ends with the same weights as a run that was never stopped. Beside the checkpoint,
            CHECKPOINT.jsonl logs loss, average precision on the probe set, and speed.
            """)

    @Argument(help: "The recipe, a JSON file.") var recipe: String
    @Option(help: "Folder of recordings with labels, such as NAME.wav beside NAME.csv.") var dataset: String
    @Option(help: "Where the trained model goes.") var out: String
    @Option(help: "Held-back recordings to look at now and then; never trained on.") var probe: String?
    @Option(help: "Where the state is saved (default: OUT.checkpoint).") var checkpoint: String?
    @Option(help: "Go on from this checkpoint.") var resume: String?
    @Option(help: "Stop after this many seconds, saved; --resume goes on.") var seconds: Double?
    @Option(help: "Threads (default: one for each processor). The result doesn't depend on it, up to rounding.")
    var threads: Int?

    func validate() throws {
        if let threads, !(1...1024).contains(threads) { throw ValidationError("--threads takes 1 to 1024.") }
    }

    func run() throws {
        try Self.reporting {
            let recipe = try Recipe(contentsOf: self.recipe)
            let set = try open(dataset, "dataset", recipe.info)
            let probeSet = try probe.map { try open($0, "probe set", recipe.info) }
            let run = try TrainingRun(
                recipe: recipe, dataset: set, probeSet: probeSet,
                threads: threads ?? ProcessInfo.processInfo.activeProcessorCount,
                checkpoint: checkpoint ?? out + ".checkpoint", resume: resume)
            let interruption = Interruption()
            let clock = ContinuousClock()
            let deadline = seconds.map { clock.now + .seconds($0) }
            var line = ProgressLine(recipe.name, total: Double(recipe.steps), unit: .count("steps"))
            let isComplete = try run.run(
                shouldStop: { interruption.isRequested || deadline.map { clock.now >= $0 } ?? false },
                report: { line.update(Double($0.step), remark: Self.remark($0)) })
            line.finish(Double(run.step))
            try run.model().write(to: out, as: .f32)
            if !isComplete {
                FileHandle.standardError.write(
                    Data("stopped at step \(run.step); go on with --resume \(checkpoint ?? out + ".checkpoint")\n".utf8)
                )
            }
        }
    }

    private func open(_ folder: String, _ label: String, _ info: ModelInfo) throws -> TrainingSet {
        var line = ProgressLine("open \(label)", total: nil, unit: .count("recordings"))
        let set = try TrainingSet(folder: folder, info: info) { done, _ in line.update(Double(done)) }
        line.finish(Double(set.count), remark: String(format: "%.1f hours", set.duration / 3600))
        return set
    }

    private static func remark(_ progress: TrainingProgress) -> String {
        let probe = progress.probe.map { String(format: ", probe AP %.3f", $0) } ?? ""
        return String(
            format: "loss %.3f%@, %.0f windows/s", progress.loss, probe as NSString, progress.windowsPerSecond)
    }
}
