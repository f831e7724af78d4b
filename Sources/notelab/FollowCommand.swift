import ArgumentParser
import Following
import FollowingEvaluation
import Foundation
import Scores
import Terminal

struct Follow: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Follow a score in a recording, as noted does live.",
        discussion: """
            SCORE is MIDI, MusicXML (plain or compressed) or **kern. AUDIO is WAV, FLAC, Ogg, MP3 or another common \
            format. The follower processes the recording hop by hop and never looks ahead, so each row is the estimate \
            that a live client would have received at that time.

            The table has one row per hop of 512 samples at 44.1 kHz:
              published_s  end of the hop, in seconds of the recording
              score_beat   position in quarter notes, in order of play
              score_s      position in seconds at the written tempo
              tempo_bpm    estimated tempo
              state        waiting, following, holding, lost or ended
              confidence   0 to 1

            A summary on standard error reports how much of the score was followed and where the performance left the \
            order of play. After Ctrl-C, the positions so far are kept as X.partial.csv for --out X.csv.

            Examples:
              notelab follow score.mxl concert.flac --out positions.csv
              notelab follow score.mid take.wav --from 64 --method arzt | head
              notelab plot following positions.csv --out positions.svg
            """)

    @Argument(help: "The score.") var score: String
    @Argument(help: "The recording.") var audio: String
    @Option(help: ArgumentHelp("File for the positions, or - for standard output.", valueName: "x.csv")) var out = "-"
    @Option(
        help: ArgumentHelp(
            "Position at which the performance begins, in quarter notes in order of play.", valueName: "beat"))
    var from: Double?
    @Option(
        help: ArgumentHelp(
            "Also write the inputs of the confidence for each hop; see docs/following.md.", valueName: "x.csv"))
    var signs: String?
    @OptionGroup(title: "Method") var options: FollowOptions

    func validate() throws {
        if out.isEmpty { throw ValidationError("--out must be a file name, or - for standard output.") }
        if let from, !(from >= 0 && from.isFinite) {
            throw ValidationError("--from \(from) must be a beat, at least 0.")
        }
    }

    func run() throws {
        Descriptor.ignoreWriteSignals()
        try Self.reporting {
            let writer = out == "-" ? nil : try LineTableWriter(path: out)
            let signsWriter = try signs.map { try LineTableWriter(path: $0, title: ConfidenceInputs.title) }
            let score = try Score(path: score)
            for warning in score.warnings.prefix(5) { Self.log("\(self.score): \(warning)") }
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
            Self.log("\(audio): \(file.unusableCount) samples are not finite numbers and count as silence")
        }
        for line in summary.lines { Self.log(line) }
        guard interruption.isRequested else {
            try writer?.finish()
            try signs?.finish()
            // The positions are written; scripts learn from the exit code that some of the audio is missing.
            if let damage = file.damage { throw damage }
            return
        }
        try writer?.keepPartial()
        try signs?.keepPartial()
        Self.log(
            "interrupted; "
                + (writer.map { "the positions so far are in \($0.partialPath)" } ?? "the table is incomplete"))
        throw ExitCode(130)
    }
}

/// Buffers rows for standard output.
private struct RowPrinter {
    private var text = ""
    private static let size = 1 << 14

    /// Prints the header if rows will be printed.
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
