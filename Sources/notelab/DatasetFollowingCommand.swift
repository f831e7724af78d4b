import ArgumentParser
import Foundation
import Performing
import Synthesis
import Terminal

struct DatasetFollowing: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "following",
        abstract: "Make pairs of a score and a played recording of it, to test followers and aligners with.",
        discussion: """
            Each score (MIDI, MusicXML, **kern; or a folder of them) is played as people would, with a tempo that breathes, and \
            with what --kinds names; a folder NAME_KIND gets score.mid, audio.flac, reference.csv (score_beat, score_time, \
            perf_time: exactly what was played when) and pair.json. The same seed makes the same pairs.

            Kinds: strict (the written tempo), warp (human timing), slow (0.6 times as fast), fast (1.5 times), changes (sudden \
            new tempi), pause (5 s of silence), skip and repeat (of 16 beats), late (after 8 s of silence), wrong (wrong, \
            missing and additional notes), middle (begins in the middle).

            Examples:
              notelab dataset following quartet.mxl --limit 120 --out pairs
              notelab dataset following scores --kinds warp,skip,repeat --soundfont TimGM6mb.sf2 --out pairs
              notelab evaluate-following pairs
            """)

    @Argument(help: "Scores, or folders of scores.") var scores: [String]
    @Option(help: "Folder for the pairs; made if missing.") var out: String
    @Option(help: "Kinds, separated by commas, or all.") var kinds = "warp"
    @Option(help: "The soundfont that plays: a path, or the name of an installed file (default: the best).")
    var soundfont: String?
    @Option(help: "Seed of all random draws.") var seed: UInt64 = 1
    @Option(help: "Play only so many seconds of each score, at its written tempo.") var limit: Double?
    @Option(help: "Play only these measures, A-B.") var measures: String?

    func validate() throws {
        _ = try chosenKinds()
        _ = try part()
        if scores.isEmpty { throw ValidationError("Name at least one score.") }
    }

    private func chosenKinds() throws -> [PerformanceKind] {
        if kinds == "all" { return PerformanceKind.allCases }
        let names = kinds.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        if names.isEmpty { throw ValidationError("--kinds needs a name.") }
        return try names.map { name in
            guard let kind = PerformanceKind(rawValue: name) else {
                let known = PerformanceKind.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("--kinds does not know '\(name)': there are \(known).")
            }
            return kind
        }
    }

    private func part() throws -> ScoreExcerpt.Part {
        if limit != nil, measures != nil { throw ValidationError("--limit and --measures exclude each other.") }
        if let limit {
            guard limit > 0, limit <= 86_400 else { throw ValidationError("--limit takes 0 to 86400 seconds.") }
            return .seconds(limit)
        }
        guard let measures else { return .all }
        let ends = measures.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
        guard ends.count == 2, !ends[0].isEmpty, !ends[1].isEmpty else {
            throw ValidationError("--measures \(measures) should be two measures, such as 1-32.")
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
            var line = ProgressLine("make", total: total, unit: .count("pairs"))
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
                        Self.say("interrupted: \(Int(done)) of \(Int(total)) pairs are complete")
                        throw ExitCode(130)
                    }
                }
            }
            line.finish(done)
        }
    }
}
