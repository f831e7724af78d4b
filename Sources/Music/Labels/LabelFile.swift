import Foundation

/// Notes beside a recording: what sounds when, as a CSV file.
///
/// Two formats are read, told apart by their header line:
/// - MusicNet's: `start_time,end_time,instrument,note,start_beat,end_beat,note_value`, times in samples at 44.1 kHz, instruments as
///   General MIDI programs counted from 1. (In the files as published, `end_beat` is the note's length in beats.)
/// - `start_s,end_s,midi_note` in seconds, with a further column `program` (counted from 0) where there.
///
/// Both may have columns `velocity` and `confidence` as well.
///
/// Columns may come in any order; unknown ones are ignored. Quotes, spaces, a byte order mark and CRLF are accepted.
public struct LabelFile: Sendable, Equatable {
    /// MusicNet's clock.
    public static let sampleRate = 44_100.0

    /// One labelled note.
    public struct Label: Hashable, Sendable {
        public var note: Note
        /// Position in the score in beats, where the file gives it.
        public var startBeat: Double?
        /// As the column of that name has it; see above.
        public var endBeat: Double?
        /// Such as "Quarter" or "Dotted Sixteenth".
        public var noteValue: String?

        public init(_ note: Note, startBeat: Double? = nil, endBeat: Double? = nil, noteValue: String? = nil) {
            self.note = note
            self.startBeat = startBeat
            self.endBeat = endBeat
            self.noteValue = noteValue
        }
    }

    public enum Format: Sendable {
        case musicNet
        /// MusicNet's columns, and `velocity` after them.
        case musicNetWithVelocity
        case seconds
    }

    /// In the order of the file.
    public var labels: [Label]

    public init(labels: [Label]) {
        self.labels = labels
    }

    public init(notes: [Note]) {
        labels = notes.map { Label($0) }
    }

    /// Reads a file from disk. Linear in its size.
    ///
    /// - Throws: `MusicError.missingFile`, `.unreadableFile`, `.badLabels` naming the first line that makes no sense.
    public init(path: String) throws(MusicError) {
        try self.init(data: [UInt8](InputFile.read(path)), name: path)
    }

    /// Reads a file from memory; `name` is what messages call it.
    ///
    /// - Throws: `MusicError.badLabels`.
    public init(data: [UInt8], name: String) throws(MusicError) {
        var parser = LabelParser(data: data)
        do {
            labels = try parser.parse()
        } catch {
            throw .badLabels(name: name, line: error.line, reason: error.reason)
        }
    }

    /// The file's text.
    public func text(_ format: Format) -> String {
        var text = ""
        text.reserveCapacity(48 * (labels.count + 1))
        switch format {
        case .musicNet, .musicNetWithVelocity:
            let withVelocity = format == .musicNetWithVelocity
            text += "start_time,end_time,instrument,note,start_beat,end_beat,note_value"
            text += withVelocity ? ",velocity\n" : "\n"
            for label in labels {
                let note = label.note
                text +=
                    "\(Self.samples(note.start)),\(Self.samples(note.end)),\((note.program ?? 0) + 1),\(note.pitch),"
                text += "\(label.startBeat ?? 0),\(label.endBeat ?? 0),\(label.noteValue ?? "")"
                text += withVelocity ? ",\(note.velocity)\n" : "\n"
            }
        case .seconds:
            let withProgram = labels.contains { $0.note.program != nil }
            text += withProgram ? "start_s,end_s,midi_note,program\n" : "start_s,end_s,midi_note\n"
            for label in labels {
                let note = label.note
                text += "\(Decimal6(note.start)),\(Decimal6(note.end)),\(note.pitch)"
                text += withProgram ? ",\(note.program.map { "\($0)" } ?? "")\n" : "\n"
            }
        }
        return text
    }

    /// Writes the file so that it is there whole or not at all.
    ///
    /// - Throws: `MusicError.cannotWrite`.
    public func write(to path: String, format: Format) throws(MusicError) {
        try OutputFile.write(Data(text(format).utf8), to: path)
    }

    private static func samples(_ seconds: Double) -> Int {
        let value = (seconds * sampleRate).rounded()
        return value.isFinite && abs(value) < 1e15 ? Int(value) : 0
    }
}
