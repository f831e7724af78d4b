import ArgumentParser
import Foundation
import Music
import Networks
import Sound
import Terminal
import Transcription

struct Transcribe: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write down the notes of a recording.",
        discussion: """
            Reads WAV, FLAC, Ogg, MP3 and more, at any sample rate and with any number of channels. The notes are those that \
            noted would have published live. Without --out they are printed as CSV: start_s, end_s, midi_note, velocity, \
            confidence.
            """)

    @Argument(help: "The recording.") var audio: String
    @Option(help: "The model (default: default.safetensors in Models above this program, or installed).")
    var model: String?
    @Option(help: "Where the notes go: X.mid, X.csv, X.jsonl, or - for CSV on standard output. May be repeated.")
    var out: [String] = []
    @Option(
        help:
            "Where the network's own output goes, X.npy: float32 [rows, 128], row j speaks of sample 512 j at 44.1 kHz."
    )
    var posteriors: String?
    @OptionGroup(title: "Thresholds (default: the model's)") var thresholds: ThresholdOptions

    func validate() throws {
        for path in out where path != "-" && TranscriptionFile.Format(path: path) == nil {
            throw ValidationError("--out \(path) should end in .mid, .csv or .jsonl, or be - for standard output.")
        }
        let files = (out + (posteriors.map { [$0] } ?? [])).filter { $0 != "-" }
        if posteriors == "-" { throw ValidationError("--posteriors needs the name of a file.") }
        if Set(files).count < files.count || out.filter({ $0 == "-" }).count > 1 {
            throw ValidationError("One output was named twice.")
        }
    }

    func run() throws {
        Descriptor.ignoreBrokenPipes()
        try Self.reporting { try transcribe() }
    }

    private func transcribe() throws {
        let outputs = out.isEmpty && posteriors == nil ? ["-"] : out
        let path = try model ?? ModelLookup.find()
        let model = try Model(contentsOf: path)
        let file = try FileTranscription(
            path: audio, model: model, thresholds: thresholds.applied(to: model.info.thresholds))
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
            Self.say(
                "notelab: \(audio) holds \(summary.unusableCount) samples that are no usable numbers; taken for silence"
            )
        }
        try writer.finish()
        for path in outputs { try write(notes, to: path) }
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

/// Finds out before a long run that its result could not be written.
enum OutputCheck {
    /// - Throws: `SoundError.cannotWrite`.
    static func check(_ path: String) throws(SoundError) {
        var isDirectory: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory), isDirectory.boolValue {
            throw .cannotWrite(path: path, reason: "it is a folder")
        }
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isDirectory), isDirectory.boolValue else {
            throw .cannotWrite(path: path, reason: "there is no folder '\(folder)'")
        }
        guard access(folder, W_OK) == 0 else {
            throw .cannotWrite(path: path, reason: "the folder '\(folder)' may not be written")
        }
    }
}

/// The file of posteriors: written under another name until it is complete, or not at all.
struct PosteriorFile: ~Copyable {
    private let path: String?
    private let partialPath: String
    private var writer: NpyWriter?
    private var isFinished = false

    /// - Parameter path: nil if none is wanted.
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
