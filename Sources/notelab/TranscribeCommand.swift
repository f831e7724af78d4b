import ArgumentParser
import Basics
import Foundation
import Music
import Networks
import Sound
import Terminal
import Transcription

struct Transcribe: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Transcribe a recording into notes.",
        discussion: """
            Reads WAV, FLAC, Ogg, MP3 and other common formats, at any sample rate and with any number of channels. \
            The notes are the same that noted would publish live. Without --out, they are printed as CSV with the \
            columns start_s, end_s, midi_note, velocity, confidence.

            Examples:
              notelab transcribe take.flac
              notelab transcribe take.flac --out take.mid --out take.csv
            """)

    @Argument(help: "The recording.") var audio: String
    @Option(help: "The model (default: the default model of this build or installation).")
    var model: String?
    @Option(
        help: ArgumentHelp(
            "File for the notes, or - for CSV on standard output. May be repeated.", valueName: "x.mid|x.csv|x.jsonl"))
    var out: [String] = []
    @Option(
        help: ArgumentHelp(
            "File for the posteriors: float32 [rows, 128], where row j describes sample 512 j at 44.1 kHz.",
            valueName: "x.npy"))
    var posteriors: String?
    @Option(
        help: ArgumentHelp(
            "The players' tuning: the frequency of A4 from 415 to 466 Hz, or auto to estimate it while listening.",
            valueName: "hertz|auto"))
    var a4 = TuningOption.automatic
    @OptionGroup(title: "Thresholds (default: the model's)") var thresholds: ThresholdOptions

    func validate() throws {
        for path in out where path != "-" && TranscriptionFile.Format(path: path) == nil {
            throw ValidationError("--out \(path) must end in .mid, .csv or .jsonl, or be - for standard output.")
        }
        let files = (out + (posteriors.map { [$0] } ?? [])).filter { $0 != "-" }
        if posteriors == "-" { throw ValidationError("--posteriors must be a file name.") }
        if Set(files).count < files.count || out.filter({ $0 == "-" }).count > 1 {
            throw ValidationError("Each output must be named only once.")
        }
    }

    func run() throws {
        Descriptor.ignoreWriteSignals()
        try Self.reporting { try transcribe() }
    }

    private func transcribe() throws {
        let outputs = out.isEmpty && posteriors == nil ? ["-"] : out
        let path = try model ?? ModelLookup.find()
        let model = try Model(contentsOf: path)
        let file = try FileTranscription(
            path: audio, model: model, thresholds: thresholds.applied(to: model.info.thresholds),
            tuning: TuningSelector(a4: a4.hertz))
        for path in outputs where path != "-" { try OutputCheck.check(path) }
        var writer = try PosteriorFile(path: posteriors)

        var assembler = NoteAssembler(sampleRate: model.info.sampleRate)
        var notes: [Note] = []
        var progress: ProgressLine? =
            isatty(STDERR_FILENO) == 1
            ? ProgressLine("transcribe", total: file.expectedSeconds, unit: .audioSeconds) : nil
        let summary = try file.run(progress: { progress?.update($0) }) { _, events, transcriber in
            if !events.isEmpty { notes += assembler.add(events) }
            try writer.append(transcriber)
        }
        notes += assembler.add(summary.ends)
        progress?.finish(
            Double(summary.sampleCount) / Double(model.info.sampleRate), remark: "\(notes.count) notes")
        if summary.unusableCount > 0 {
            Self.log("\(audio): \(summary.unusableCount) samples are not finite numbers and count as silence")
        }
        if summary.a4 != ConcertPitch.standard {
            Self.log("\(audio): transcribed at A4 = \(Numeral.decimal(summary.a4, places: 1)) Hz")
        }
        try writer.finish()
        for path in outputs { try write(notes, to: path) }
        // The notes of what could be read are written; scripts learn from the exit code that some may be missing.
        if let damage = summary.damage { throw damage }
    }

    private func write(_ notes: [Note], to path: String) throws {
        let file = TranscriptionFile(notes: notes)
        if let format = TranscriptionFile.Format(path: path), path != "-" {
            try file.write(to: path, format: format)
        } else {
            try Descriptor.write(
                [UInt8](file.data(.csv)), to: STDOUT_FILENO, operation: "write the notes to standard output")
        }
    }
}

/// Writes posteriors to a temporary file, which is renamed when complete and removed otherwise.
struct PosteriorFile: ~Copyable {
    private let path: String?
    private let partialPath: String
    private var writer: NpyWriter?
    private var isFinished = false

    /// - Parameter path: nil to write nothing.
    init(path: String?) throws(SoundError) {
        self.path = path
        partialPath = (path ?? "") + ".partial-\(ProcessInfo.processInfo.processIdentifier)"
        if let path { try OutputCheck.check(path) }
        writer = path == nil ? nil : try NpyWriter(path: partialPath, columns: Architecture.notesPerHead)
    }

    mutating func append(_ transcriber: Transcriber) throws {
        var failure: (any Error)?
        transcriber.withPosteriors { row in
            do { try writer?.append(row) } catch { failure = error }
        }
        if let failure { throw failure }
    }

    mutating func finish() throws {
        guard let path else { return }
        try writer?.close()
        guard rename(partialPath, path) == 0 else {
            throw SoundError.cannotWrite(path: path, reason: DescriptorError.reason(errno))
        }
        isFinished = true
    }

    deinit {
        if path != nil, !isFinished { unlink(partialPath) }
    }
}
