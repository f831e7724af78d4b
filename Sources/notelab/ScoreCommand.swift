import ArgumentParser
import Following
import Foundation
import Scores
import Terminal

struct ScoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "score",
        abstract: "Show the contents of a score: parts, measures, order of play, notes.",
        discussion: """
            Reads MIDI, MusicXML (.musicxml, .xml, .mxl) and Humdrum **kern, and documents of MuseScore and ABC if \
            MuseScore or abc2midi is installed. The order of play follows repeats, endings, D.C. and D.S., unless \
            --order changes it. Following says what a follower will find, Warnings what was damaged, repaired or left \
            out.

            Examples:
              notelab score quartet.mxl
              notelab score quartet.mxl --order once --midi quartet-without-repeats.mid
              notelab score sonata.mid --notes | less
              notelab score sonata.mxl --compare sonata.mid
            """)

    /// The members of the report, and "following".
    private struct Document: Encodable {
        let report: ScoreReport
        let following: FollowingSummary

        private enum Key: CodingKey {
            case following
        }

        func encode(to encoder: any Encoder) throws {
            try report.encode(to: encoder)
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(following, forKey: .following)
        }
    }

    enum Order: String, CaseIterable, ExpressibleByArgument {
        case written
        case once
        case printed

        var unfolding: Score.Unfolding {
            switch self {
            case .written: .written
            case .once: .withoutRepeats
            case .printed: .straight
            }
        }
    }

    @Argument(help: "The score.") var score: String
    @Option(
        help: """
            written plays all repeats, once plays each repeated section once with its last ending, printed plays every \
            measure once in printed order without jumps.
            """)
    var order = Order.written
    @Option(help: ArgumentHelp("Write the score in this order to a MIDI file.", valueName: "x.mid")) var midi: String?
    @Option(
        help: ArgumentHelp(
            "Compare with another reading of the same work, measure by measure, and show what differs.",
            valueName: "other"))
    var compare: String?
    @Flag(help: "List all notes, as CSV or as part of the JSON.") var notes = false
    @Flag(help: "Print JSON instead of text.") var json = false

    func run() throws {
        Descriptor.ignoreWriteSignals()
        try Self.reporting {
            let read = try Score(path: score)
            let unfolded = order == .written ? read : read.unfolded(order.unfolding)
            if let midi { try unfolded.midiFile().write(to: midi) }
            if let compare {
                let comparison = ScoreComparison(unfolded, try Score(path: compare))
                return try Self.emit(
                    json ? Self.pretty(comparison) : comparison.text(names: (score, compare)))
            }
            let report = ScoreReport(unfolded, listsNotes: notes)
            let following = FollowingSummary(try FollowingScore(unfolded, name: score))
            try Self.emit(
                json
                    ? Self.pretty(Document(report: report, following: following))
                    : report.text(following: following.sentences))
        }
    }
}
