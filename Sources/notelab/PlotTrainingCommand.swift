import ArgumentParser
import ModelFigures

struct PlotTraining: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "training",
        abstract: "Loss and probe average precision over the steps of training runs.",
        discussion: """
            LOG is the .jsonl file that training writes beside its checkpoint. Several are drawn as curves of one plot. \
            Works while the run goes on; a damaged line, such as the last of a run that was killed, is left out.
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
                    Self.say("\(path): \(run.damagedLines) damaged line\(run.damagedLines == 1 ? "" : "s") left out")
                }
                runs.append(run)
            }
            try output.write(TrainingFigure.figure(runs, hasLogarithmicLoss: logLoss))
        }
    }
}
