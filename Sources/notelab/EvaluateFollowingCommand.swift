import ArgumentParser
import FollowingEvaluation
import Foundation
import Terminal

struct EvaluateFollowing: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate-following",
        abstract: "Judge the follower on recordings of which it is known what was played when.",
        discussion: """
            FOLDER is a pair, or holds pairs: folders with score.mid (or .musicxml, .mxl, .krn), audio.* (any sound file) and \
            reference.csv, whose columns score_beat (quarter notes along the order of play), score_time and perf_time (seconds) \
            say when each onset was played. 'notelab dataset following' makes such pairs from any score.

            Arrival is the time at which the published position first reaches an onset's beat, less the time at which the onset \
            was played. Position at onset is the score's time at the last position published when the onset was played, less the \
            onset's own. Recovery is the time from the first onset after a leap, a pause or a late start to the first of eight \
            onsets in a row at which the position is within half a second. A false second is one in which the state is \
            following, the confidence 0.5 or more, and the position off by more than half a second. The means are over pairs, \
            each counting the same. docs/following-evaluation.md has the details.

            A reference.csv with its title line alone says that nothing of the score is played in the recording. Then every \
            second in which the follower is confident is false, and the time until it says lost counts.

            Examples:
              notelab evaluate-following pairs
              notelab evaluate-following pairs --method arzt --positions out --json
              notelab evaluate-following pairs --judge out
            """)

    @Argument(help: "Pairs, or folders of pairs.") var folders: [String]
    @Flag(help: "Print JSON instead of tables.") var json = false
    @Option(help: "Keep each pair's positions in this folder, NAME.csv.") var positions: String?
    @Option(help: "Follow nothing: judge the positions in this folder, NAME.csv, whoever wrote them.") var judge:
        String?
    @Option(help: "Pairs followed at the same time.") var jobs = 2
    @OptionGroup(title: "Method") var options: FollowOptions

    func validate() throws {
        if folders.isEmpty { throw ValidationError("Name at least one folder.") }
        if judge != nil, positions != nil { throw ValidationError("--judge and --positions exclude each other.") }
        if !(1...256).contains(jobs) { throw ValidationError("--jobs should lie between 1 and 256.") }
    }

    private struct Report: Encodable {
        var method: String
        var pairs: [PlayedEvaluation]
        var unplayed: [UnplayedEvaluation]
        var mean: FollowingMeans
    }

    func run() throws {
        Descriptor.ignoreBrokenPipes()
        try Self.reporting {
            let options = options
            let evaluator = FollowingEvaluator(
                pairs: try FollowingPair.all(in: folders), positions: positions, existing: judge
            ) { try options.follower($0, name: $1) }
            var line = ProgressLine("follow", total: Double(evaluator.pairs.count), unit: .count("pairs"))
            let verdicts = try evaluator.run(jobs: jobs) { done, verdict in
                line.update(Double(done), remark: verdict.pair)
            }
            line.finish(Double(verdicts.count))
            guard json else { return try Self.emit(FollowingTables(verdicts).text) }
            let name = judge.map { URL(fileURLWithPath: $0).standardizedFileURL.lastPathComponent }
            let played = verdicts.compactMap(\.played)
            try Self.emit(
                Self.pretty(
                    Report(
                        method: name ?? options.method.rawValue, pairs: played,
                        unplayed: verdicts.compactMap(\.unplayed),
                        mean: FollowingMeans(played))))
        }
    }
}
