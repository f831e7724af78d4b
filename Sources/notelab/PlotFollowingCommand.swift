import ArgumentParser
import Evaluation
import FollowingEvaluation
import Foundation

struct PlotFollowing: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "following",
        abstract: "Where a follower believed the players to be, over where they were.",
        discussion: """
            POSITIONS is what 'notelab follow --out' or 'notelab evaluate-following --positions' wrote. Above, the position in the \
            score over the time of the recording, coloured by state, on the truth of --reference; below, how far it was off, \
            and its confidence. Times in which a wrong position (off by more than half a second) was believed are shaded.
            """)

    @Argument(help: "The table of positions.") var positions: String
    @Option(help: "The truth: a table with score_beat, score_time and perf_time.") var reference: String?
    @Option(help: "Draw from this second of the recording.") var from: Double?
    @Option(help: "Draw to this second of the recording.") var to: Double?
    @Option(help: "Title (default: the file's name).") var title: String?
    @OptionGroup var output: PlotOutput

    func validate() throws {
        for (name, value) in [("--from", from), ("--to", to)] {
            if let value, !(value >= 0 && value < 1e7) {
                throw ValidationError("\(name) \(value) should be a number of seconds from 0 up.")
            }
        }
        if let to, to <= from ?? 0 { throw ValidationError("--to should be later than --from.") }
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
