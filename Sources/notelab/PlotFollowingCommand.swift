import ArgumentParser
import Evaluation
import FollowingEvaluation
import Foundation

struct PlotFollowing: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "following",
        abstract: "Plot the estimated score position against the true one.",
        discussion: """
            POSITIONS is a file from 'notelab follow --out' or 'notelab evaluate-following --positions'. The upper \
            panel shows the position over time, coloured by state, and the true position if --reference is given. The \
            lower panels show its error and its confidence. Shaded times are those with a confident position that is \
            off by more than 0.5 s.
            """)

    @Argument(help: "The table of positions.") var positions: String
    @Option(help: ArgumentHelp("True positions: score_beat, score_time and perf_time.", valueName: "x.csv"))
    var reference: String?
    @Option(help: ArgumentHelp("Start of the time axis.", valueName: "s")) var from: Double?
    @Option(help: ArgumentHelp("End of the time axis.", valueName: "s")) var to: Double?
    @Option(help: "Title (default: the name of the file).") var title: String?
    @OptionGroup var output: PlotOutput

    func validate() throws {
        for (name, value) in [("--from", from), ("--to", to)] {
            if let value, !(value >= 0 && value < 1e7) {
                throw ValidationError("\(name) \(value) must be a time in seconds, at least 0.")
            }
        }
        if let to, to <= from ?? 0 { throw ValidationError("--to must be later than --from.") }
    }

    func run() throws {
        try Self.reporting {
            let trace = try FollowingTrace(path: positions)
            let truth = try reference.map { path throws(EvaluationError) in try FollowingReference(path: path) }
            let last = trace.rows.last?.published ?? 0
            let times = from == nil && to == nil ? nil : (from ?? 0)...max(to ?? last, from ?? 0)
            let name = URL(fileURLWithPath: positions).deletingPathExtension().lastPathComponent
            try output.write(
                FollowingPlot(trace, reference: truth, times: times).figure(title: title ?? "Following \(name)"))
        }
    }
}
