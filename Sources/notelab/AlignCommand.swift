import Alignment
import AlignmentTools
import ArgumentParser
import Foundation
import Music
import Terminal

struct Align: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Find out when each note of a score was played in a recording.",
        discussion: """
            notelab align SCORE AUDIO --out LABELS.csv
            notelab align FOLDER --out-dir DIR

            SCORE is a MIDI file, MusicXML (also compressed) or **kern; AUDIO is WAV, FLAC, Ogg, MP3 and more. Labels have \
            MusicNet's columns: start and end in samples at 44.1 kHz, instrument, note, start beat, length in beats, note \
            value. Without any option for results they go to standard output.

            Standard error says whether the result can be trusted, what was left out or repeated, and which measures to \
            doubt. A score that is not what the recording plays ends with exit code 65 and without labels (CSV, MIDI and \
            JSON); --plot and --mix are written all the same, to see and hear why. --force writes everything.

            A FOLDER holds pairs: NAME.mid beside NAME.wav, or folders with score.mid and audio.wav (any of the formats \
            above). A table of all pairs goes to standard output; the exit code is 65 if any was rejected or failed. A run \
            that was stopped, however hard, goes on where it was: pairs whose files and parameters are unchanged are not \
            aligned again. docs/alignment.md has the details.
            """)

    @Argument(help: "The score; or a folder of pairs, with --out-dir.") var score: String?
    @Argument(help: "The recording.") var audio: String?
    @OptionGroup(title: "Results") var results: AlignResults
    @OptionGroup(title: "Method") var method: AlignMethod
    @OptionGroup(title: "A folder of pairs") var archive: AlignArchive

    func validate() throws {
        if archive.outDir == nil {
            guard score != nil, audio != nil else {
                throw ValidationError("Name a score and a recording, or a folder and --out-dir.")
            }
            try archive.refuseAlone()
            return
        }
        guard audio == nil else { throw ValidationError("--out-dir goes with one folder, not with a recording.") }
        guard (score == nil) != (archive.pairs == nil) else {
            throw ValidationError("--out-dir goes with a folder or with --pairs LIST.csv.")
        }
        try results.refuseWithFolder()
    }

    func run() throws {
        Descriptor.ignoreBrokenPipes()
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
            for warning in result.score.warnings.prefix(5) { Self.say("\(score): \(warning)") }
            for line in AlignmentSummary(result.alignment, of: result.score, elapsed: result.elapsed).lines {
                Self.say(line)
            }
        }
        guard results.printsLabels else { return }
        let labels = LabelFile(result.alignment, of: result.score)
        try Descriptor.write(
            Array(labels.text(.musicNet).utf8), to: STDOUT_FILENO, operation: "write the labels to standard output")
    }
}
