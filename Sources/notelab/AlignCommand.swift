import Alignment
import AlignmentTools
import ArgumentParser
import Foundation
import Music
import Terminal

struct Align: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Align a score with a recording: when was each note played?",
        discussion: """
            notelab align SCORE AUDIO --out LABELS.csv
            notelab align FOLDER --out-dir DIR

            SCORE is MIDI, MusicXML (plain or compressed) or **kern. AUDIO is WAV, FLAC, Ogg, MP3 or another common \
            format. Labels have MusicNet's columns: start and end in samples at 44.1 kHz, instrument, note, start \
            beat, length in beats, note value. They are printed to standard output unless an option names a file.

            A summary on standard error rates the alignment and lists omitted or repeated passages and doubtful \
            measures. If the score does not match the recording, the exit code is 65 and no labels are written (CSV, \
            MIDI or JSON). --plot and --mix are still written, so that you can see and hear the reason. --force writes \
            everything.

            FOLDER contains pairs: NAME.mid beside NAME.wav, or subfolders with score.mid and audio.wav, in any of the \
            formats above. A table of all pairs is printed; the exit code is 65 if a pair was rejected or failed. An \
            interrupted run continues when you run it again: pairs whose files and parameters are unchanged are \
            skipped. See docs/alignment.md.
            """)

    @Argument(help: "The score; with --out-dir, a folder of pairs.") var score: String?
    @Argument(help: "The recording.") var audio: String?
    @OptionGroup(title: "Results") var results: AlignResults
    @OptionGroup(title: "Method") var method: AlignMethod
    @OptionGroup(title: "A folder of pairs") var archive: AlignArchive

    func validate() throws {
        if archive.outDir == nil {
            guard score != nil, audio != nil else {
                throw ValidationError("Name a score and a recording, or a folder and --out-dir.")
            }
            try archive.validateWithoutFolder()
            return
        }
        guard audio == nil else { throw ValidationError("--out-dir takes a folder of pairs, not a recording.") }
        guard (score == nil) != (archive.pairs == nil) else {
            throw ValidationError("--out-dir requires a folder of pairs or --pairs LIST.csv.")
        }
        try results.validateWithFolder()
    }

    func run() throws {
        Descriptor.ignoreWriteSignals()
        try Self.reporting {
            if let folder = archive.outDir {
                try archive.run(score, into: folder, method: method, json: results.json)
            } else if let score, let audio {
                try align(score, audio)
            }
        }
    }

    private func align(_ score: String, _ audio: String) throws {
        let outputs = results.outputs
        let job = AlignmentJob(
            score: score, audio: audio, times: results.times, aligner: try method.aligner(),
            parameters: method.parameters, outputs: outputs, isForced: results.force)
        var progress: ProgressLine? =
            isatty(STDERR_FILENO) == 1 ? ProgressLine("align", total: 100, unit: .count("percent")) : nil
        let result = try job.run(progress: { progress?.update(100 * $0) }) { result in
            progress?.finish(100)
            for warning in result.score.warnings.prefix(5) { Self.log("\(score): \(warning)") }
            for line in AlignmentSummary(result.alignment, of: result.score, elapsed: result.elapsed).lines {
                Self.log(line)
            }
        }
        guard results.printsLabels else { return }
        let labels = LabelFile(result.alignment, of: result.score)
        try Descriptor.write(
            Array(labels.text(.musicNet).utf8), to: STDOUT_FILENO, operation: "write the labels to standard output")
    }
}
