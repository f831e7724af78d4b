import Basics
import Foundation

/// A transcription as CSV, JSON Lines or MIDI.
public struct TranscriptionFile: Sendable {
    public enum Format: String, CaseIterable, Sendable {
        /// `start_s,end_s,midi_note,velocity,confidence`.
        case csv
        /// One JSON object per line, with the CSV's columns as keys, and the note's `name`.
        case jsonl
        /// A Standard MIDI File.
        case mid

        /// The format for a path's extension; nil if the extension is unknown.
        public init?(path: String) {
            switch URL(fileURLWithPath: path).pathExtension.lowercased() {
            case "csv": self = .csv
            case "jsonl", "ndjson": self = .jsonl
            case "mid", "midi": self = .mid
            default: return nil
            }
        }
    }

    /// The notes. CSV and JSON Lines keep this order.
    public var notes: [Note]

    public init(notes: [Note]) {
        self.notes = notes
    }

    public func data(_ format: Format) -> Data {
        switch format {
        case .csv:
            var text = "start_s,end_s,midi_note,velocity,confidence\n"
            for note in notes {
                text += "\(sixDecimals(note.start)),\(sixDecimals(note.end)),\(note.pitch),\(note.velocity),"
                text += "\(sixDecimals(note.confidence))\n"
            }
            return Data(text.utf8)
        case .jsonl:
            var text = ""
            for note in notes {
                text += "{\"start_s\":\(sixDecimals(note.start)),\"end_s\":\(sixDecimals(note.end)),"
                text += "\"midi_note\":\(note.pitch),\"name\":\"\(Pitch.name(note.pitch))\","
                text += "\"velocity\":\(note.velocity),\"confidence\":\(sixDecimals(note.confidence))}\n"
            }
            return Data(text.utf8)
        case .mid: return Data(MIDIFile(notes: notes, name: "Transcription").data)
        }
    }

    /// Writes the file atomically.
    ///
    /// - Throws: `MusicError.cannotWrite`.
    public func write(to path: String, format: Format) throws(MusicError) {
        try OutputFile.write(data(format), to: path)
    }
}
