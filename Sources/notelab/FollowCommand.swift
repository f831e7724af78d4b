import ArgumentParser
import Following
import FollowingEvaluation
import Foundation
import Scores
import Terminal

struct Follow: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Follow a score through a recording, as noted does live.",
        discussion: """
            SCORE is a MIDI file, MusicXML (also compressed) or **kern; AUDIO is WAV, FLAC, Ogg, MP3 and more. The follower hears \
            the recording hop by hop and never looks ahead: a row says what a listener would have been told at that moment.

            The table has a row a hop (512 samples at 44.1 kHz; the last hop is filled up with silence): published_s (when the \
            hop's last sample had been heard), score_beat (quarter notes along the order of play), score_s (seconds at the \
            written tempo), tempo_bpm, state (waiting, following, holding, lost, ended), confidence (0 to 1).

            Standard error says how far the score was followed, and where the players left its order. Ctrl-C keeps what there is \
            of --out X.csv as X.partial.csv.

            Examples:
              notelab follow score.mxl concert.flac --out positions.csv
              notelab follow score.mid take.wav --from 64 --method arzt | head
              notelab plot following positions.csv --out positions.svg
            """)

    @Argument(help: "The score.") var score: String
    @Argument(help: "The recording.") var audio: String
    @Option(help: "Where the positions go: X.csv, or - for standard output.") var out = "-"
    @Option(help: "The beat of the order of play at which the players begin.") var from: Double?
    @Option(help: "Also write what the confidence is made from, hop by hop, to X.csv: see docs/following.md.")
    var signs: String?
    @OptionGroup(title: "Method") var options: FollowOptions

    func validate() throws {
        if out.isEmpty { throw ValidationError("--out needs the name of a file, or - for standard output.") }
        if let from, !(from >= 0 && from.isFinite) {
            throw ValidationError("--from \(from) should be a beat from 0 up.")
        }
    }

    func run() throws {
        Descriptor.ignoreBrokenPipes()
        try Self.reporting {
            let writer = out == "-" ? nil : try LineTableWriter(path: out)
            let signsWriter = try signs.map { try LineTableWriter(path: $0, title: ConfidenceInputs.title) }
            let score = try Score(path: score)
            for warning in score.warnings.prefix(5) { Self.say("\(self.score): \(warning)") }
            let follower = try options.follower(score, name: self.score)
            if let from {
                guard from < score.length else {
                    throw FollowingError.noSuchPlace("beat \(from): it has \(score.length) beats")
                }
                follower.goTo(beat: from)
            }
            try follow(FileFollowing(path: audio, follower: follower), score, writer, signsWriter)
        }
    }

    private func follow(
        _ file: FileFollowing, _ score: Score, _ writer: LineTableWriter?, _ signs: LineTableWriter?
    ) throws {
        var progress: ProgressLine? =
            isatty(STDERR_FILENO) == 1 && (writer != nil || isatty(STDOUT_FILENO) == 0)
            ? ProgressLine("follow", total: file.expectedSeconds, unit: .audioSeconds) : nil
        var summary = FollowingSummary(of: score)
        let interruption = Interruption()
        var printer = RowPrinter()
        try printer.begin(if: writer == nil)
        try file.run { report in
            summary.add(report)
            let row = FollowingTrace.Row(report)
            if let writer { try writer.append(row.line) } else { try printer.add(row) }
            try signs?.append(file.follower.confidenceInputs.line(after: report.sample))
            progress?.update(summary.seconds, remark: report.state.rawValue)
            return !interruption.isRequested
        }
        try printer.flush()
        progress?.finish(summary.seconds)
        if file.unusableCount > 0 {
            Self.say("\(audio) holds \(file.unusableCount) samples that are no usable numbers; taken for silence")
        }
        for line in summary.lines { Self.say(line) }
        guard interruption.isRequested else {
            try writer?.finish()
            try signs?.finish()
            return
        }
        try writer?.keepPartial()
        try signs?.keepPartial()
        Self.say(
            "stopped; "
                + (writer.map { "the positions so far are in \($0.partialPath)" } ?? "the table is not complete"))
        throw ExitCode(130)
    }
}

/// Rows for standard output, some at a time.
private struct RowPrinter {
    private var text = ""
    private static let size = 1 << 14

    /// Prints the title line, if anything is printed.
    mutating func begin(if isWanted: Bool) throws {
        if isWanted { text = FollowingTrace.title + "\n" }
    }

    mutating func add(_ row: FollowingTrace.Row) throws {
        text += row.line + "\n"
        if text.utf8.count >= Self.size { try flush() }
    }

    mutating func flush() throws {
        guard !text.isEmpty else { return }
        try Descriptor.write(Array(text.utf8), to: STDOUT_FILENO, operation: "write the positions to standard output")
        text = ""
    }
}
