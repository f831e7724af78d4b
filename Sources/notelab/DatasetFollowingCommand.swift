import ArgumentParser
import Foundation
import Performing
import Synthesis
import Terminal

struct DatasetFollowing: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "following",
        abstract: "Generate pairs of a score and a performance, for testing followers and aligners.",
        discussion: """
            Each score (MIDI, MusicXML or **kern) is rendered with human-like timing and the deviations that --kinds \
            names. The folder NAME_KIND gets score.mid, audio.flac, reference.csv and pair.json. reference.csv states \
            exactly when each onset was played (score_beat, score_time, perf_time). The same seed gives the same pairs.

            Kinds:
              strict   the written tempo, without deviations
              warp     human-like timing
              slow     0.6 times as fast
              fast     1.5 times as fast
              changes  sudden tempo changes
              pause    5 s of silence in the middle
              skip     16 beats left out
              repeat   16 beats played twice
              late     begins after 8 s of silence
              wrong    wrong, missing and extra notes
              middle   begins in the middle of the score

            Examples:
              notelab dataset following quartet.mxl --limit 120 --out pairs
              notelab dataset following scores --kinds warp,skip,repeat --out pairs
              notelab evaluate-following pairs
            """)

    @Argument(help: "Scores, or folders of scores.") var scores: [String]
    @Option(help: ArgumentHelp("Folder for the pairs; created if missing.", valueName: "folder")) var out: String
    @Option(help: ArgumentHelp("Comma-separated kinds, or all.", valueName: "list")) var kinds = "warp"
    @Option(help: "Soundfont: a path or the name of an installed file (default: the best installed).")
    var soundfont: String?
    @Option(help: "Random seed.") var seed: UInt64 = 1
    @Option(help: ArgumentHelp("Play only the first seconds of each score, at its written tempo.", valueName: "s"))
    var limit: Double?
    @Option(help: ArgumentHelp("Play only these measures.", valueName: "a-b")) var measures: String?

    func validate() throws {
        _ = try chosenKinds()
        _ = try part()
        if scores.isEmpty { throw ValidationError("Name at least one score.") }
    }

    private func chosenKinds() throws -> [PerformanceKind] {
        if kinds == "all" { return PerformanceKind.allCases }
        let names = kinds.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        if names.isEmpty { throw ValidationError("--kinds must name at least one kind.") }
        return try names.map { name in
            guard let kind = PerformanceKind(rawValue: name) else {
                let known = PerformanceKind.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("--kinds: '\(name)' is not one of \(known).")
            }
            return kind
        }
    }

    private func part() throws -> ScoreExcerpt.Part {
        if limit != nil, measures != nil { throw ValidationError("--limit and --measures are mutually exclusive.") }
        if let limit {
            guard limit > 0, limit <= 86_400 else {
                throw ValidationError("--limit must be above 0 and at most 86400 seconds.")
            }
            return .seconds(limit)
        }
        guard let measures else { return .all }
        let ends = measures.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
        guard ends.count == 2, !ends[0].isEmpty, !ends[1].isEmpty else {
            throw ValidationError("--measures \(measures) must be two measures, such as 1-32.")
        }
        return .measures(ends[0], ends[1])
    }

    func run() throws {
        try Self.reporting {
            let kinds = try chosenKinds()
            guard let font = SoundFontLibrary().score(soundfont) else {
                throw SynthesisError.missingSoundFont(path: soundfont ?? "General MIDI")
            }
            let maker = FollowingPairMaker(soundFont: font, seed: seed, part: try part())
            let sources = try PairNames.all(scores)
            let total = Double(sources.count * kinds.count)
            var line = ProgressLine("generate", total: total, unit: .count("pairs"))
            var done = 0.0
            let interruption = Interruption()
            for source in sources {
                for kind in kinds {
                    let name = "\(source.name)_\(kind.rawValue)"
                    line.update(done, remark: name)
                    try maker.make(score: source.path, kind: kind, name: source.name, in: "\(out)/\(name)")
                    done += 1
                    if interruption.isRequested, done < total {
                        line.finish(done)
                        Self.log("interrupted: \(Int(done)) of \(Int(total)) pairs are complete")
                        throw ExitCode(130)
                    }
                }
            }
            line.finish(done)
        }
    }
}
