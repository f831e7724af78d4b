import Basics
import Foundation

/// Note labels of a recording, stored as CSV.
///
/// Two formats are read. The header line tells which:
/// - MusicNet: `start_time,end_time,instrument,note,start_beat,end_beat,note_value`. Times are in samples at 44.1 kHz,
///   instruments are 1-based General MIDI programs. In the published files, `end_beat` is the note's length in beats.
/// - Seconds: `start_s,end_s,midi_note`, with an optional 0-based `program`.
///
/// Both formats may also have the columns `velocity` and `confidence`.
///
/// Columns may be in any order; unknown columns are ignored. Quotes, spaces, a byte order mark and CRLF are accepted.
public struct LabelFile: Sendable, Equatable {
    /// The sample rate of MusicNet's time columns, in Hz.
    public static let sampleRate = 44_100.0

    /// One labelled note.
    public struct Label: Hashable, Sendable {
        public var note: Note
        /// Score position in beats, if the file has it.
        public var startBeat: Double?
        /// The value of the `end_beat` column; in MusicNet, the length in beats.
        public var endBeat: Double?
        /// The notated value, such as "Quarter" or "Dotted Sixteenth".
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
        /// MusicNet's columns followed by `velocity`.
        case musicNetWithVelocity
        case seconds
    }

    /// The labels, in file order.
    public var labels: [Label]

    public init(labels: [Label]) {
        self.labels = labels
    }

    public init(notes: [Note]) {
        labels = notes.map { Label($0) }
    }

    /// Reads a file from disk. O(n) in the file size.
    ///
    /// - Throws: `MusicError.missingFile`, `.unreadableFile`, or `.badLabels` for the first invalid line.
    public init(path: String) throws(MusicError) {
        try self.init(data: [UInt8](InputFile.read(path)), name: path)
    }

    /// Reads a file from memory; `name` identifies it in error messages.
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

    /// Returns the labels as CSV text.
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
                text += "\(sixDecimals(note.start)),\(sixDecimals(note.end)),\(note.pitch)"
                text += withProgram ? ",\(note.program.map { "\($0)" } ?? "")\n" : "\n"
            }
        }
        return text
    }

    /// Writes the file atomically.
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

/// A number in a table of notes.
func sixDecimals(_ value: Double) -> String { Numeral.decimal(value, places: 6, invalid: "0.000000") }
