import ArgumentParser
import Foundation
import Scores
import Terminal

struct ScoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "score",
        abstract: "Show what is read from a score: parts, measures, order of play, notes.",
        discussion: """
            Reads MIDI, MusicXML (.musicxml, .xml, .mxl) and Humdrum's **kern. The order of play follows repeats, endings, D.C. \
            and D.S.; --order changes it. What is damaged or unknown is said under Warnings.

                notelab score quartet.mxl
                notelab score quartet.mxl --order once --midi quartet-without-repeats.mid
                notelab score sonata.mid --notes | less
            """)

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
            written: with all repeats; once: every repeated section once, with its last ending; printed: every measure as it \
            stands, no repeats, no jumps.
            """)
    var order = Order.written
    @Option(help: "Write the score in this order as a MIDI file.") var midi: String?
    @Flag(help: "List every note, as CSV or within the JSON.") var notes = false
    @Flag(help: "Print JSON instead of text.") var json = false

    func run() throws {
        Descriptor.ignoreBrokenPipes()
        try Self.reporting {
            let read = try Score(path: score)
            let unfolded = order == .written ? read : read.unfolded(order.unfolding)
            if let midi { try unfolded.midiFile().write(to: midi) }
            let report = ScoreReport(unfolded, listsNotes: notes)
            try Self.output(json ? Self.pretty(report) : report.text)
        }
    }
}
