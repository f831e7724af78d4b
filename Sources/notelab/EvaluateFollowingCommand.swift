import ArgumentParser
import FollowingEvaluation
import Foundation
import Terminal

struct EvaluateFollowing: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate-following",
        abstract: "Evaluate score following on recordings with known onset times.",
        discussion: """
            FOLDER is a pair or contains pairs. A pair is a folder with score.mid (or .musicxml, .mxl, .krn), audio.* \
            (any audio file) and reference.csv. The columns of reference.csv are score_beat (quarter notes in order of \
            play), score_time and perf_time (seconds): when each onset was played. 'notelab dataset following' \
            generates such pairs from any score.

            Arrival is the time at which the published position first reaches an onset's beat, minus the time at which \
            the onset was played. Position at onset is the score time of the last position published before an onset \
            was played, minus the onset's score time. Recovery is the time from the first onset after a jump, a pause \
            or a late start to the first of eight consecutive onsets with a position error within 0.5 s. False seconds \
            are those in state 'following' with a confidence of at least 0.5 and a position error above 0.5 s. See \
            docs/following-evaluation.md.

            Means are over pairs, with equal weights. A reference.csv that contains only its header states that the \
            recording plays nothing of the score. Every confident second is then false, and the time until the state \
            'lost' is reported.

            Examples:
              notelab evaluate-following pairs
              notelab evaluate-following pairs --method arzt --positions out --json
              notelab evaluate-following pairs --judge out
            """)

    @Argument(help: "Pairs, or folders of pairs.") var folders: [String]
    @Flag(help: "Print JSON instead of tables.") var json = false
    @Option(help: ArgumentHelp("Write each pair's positions to NAME.csv in this folder.", valueName: "folder"))
    var positions: String?
    @Option(
        help: ArgumentHelp(
            "Evaluate the positions in NAME.csv of this folder, from any program, instead of following.",
            valueName: "folder"))
    var judge: String?
    @Option(help: ArgumentHelp("Pairs to follow in parallel.", valueName: "n")) var jobs = 2
    @OptionGroup(title: "Method") var options: FollowOptions

    func validate() throws {
        if folders.isEmpty { throw ValidationError("Name at least one folder.") }
        if judge != nil, positions != nil { throw ValidationError("--judge and --positions are mutually exclusive.") }
        if !(1...256).contains(jobs) { throw ValidationError("--jobs must be between 1 and 256.") }
    }

    private struct Report: Encodable {
        var method: String
        var pairs: [PlayedEvaluation]
        var unplayed: [UnplayedEvaluation]
        var mean: FollowingMeans
    }

    func run() throws {
        Descriptor.ignoreWriteSignals()
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
