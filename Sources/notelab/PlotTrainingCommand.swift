import ArgumentParser
import ModelFigures

struct PlotTraining: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "training",
        abstract: "Plot the loss and the probe average precision of training runs.",
        discussion: """
            LOG is the .jsonl file that training writes beside its checkpoint. Several logs are drawn as curves in one \
            plot. This also works during a run. Incomplete lines, such as the last line of a killed run, are ignored.
            """)

    @Argument(help: "Logs of training runs, such as MODEL.safetensors.checkpoint.jsonl.") var logs: [String]
    @Flag(help: "Draw the loss on a logarithmic axis.") var logLoss = false
    @OptionGroup var output: PlotOutput

    func run() throws {
        try Self.reporting {
            var runs: [TrainingHistory] = []
            for path in logs {
                let run = try TrainingHistory(path: path)
                if run.damagedLines > 0 {
                    Self.log("\(path): \(run.damagedLines) damaged line\(run.damagedLines == 1 ? "" : "s") ignored")
                }
                runs.append(run)
            }
            try output.write(TrainingFigure.figure(runs, hasLogarithmicLoss: logLoss))
        }
    }
}
