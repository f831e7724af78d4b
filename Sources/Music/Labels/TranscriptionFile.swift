import Foundation

/// Notes as a transcriber hands them out: CSV, lines of JSON, or MIDI.
public struct TranscriptionFile: Sendable {
    public enum Format: String, CaseIterable, Sendable {
        /// `start_s,end_s,midi_note,velocity,confidence`.
        case csv
        /// An object a line, with the same keys and the note's `name`.
        case jsonl
        /// A Standard MIDI File.
        case mid

        /// By a path's extension; nil if it is another.
        public init?(path: String) {
            switch URL(fileURLWithPath: path).pathExtension.lowercased() {
            case "csv": self = .csv
            case "jsonl", "ndjson": self = .jsonl
            case "mid", "midi": self = .mid
            default: return nil
            }
        }
    }

    /// Written in this order, except in MIDI.
    public var notes: [Note]

    public init(notes: [Note]) {
        self.notes = notes
    }

    public func data(_ format: Format) -> Data {
        switch format {
        case .csv:
            var text = "start_s,end_s,midi_note,velocity,confidence\n"
            for note in notes {
                text += "\(Decimal6(note.start)),\(Decimal6(note.end)),\(note.pitch),\(note.velocity),"
                text += "\(Decimal6(note.confidence))\n"
            }
            return Data(text.utf8)
        case .jsonl:
            var text = ""
            for note in notes {
                text += "{\"start_s\":\(Decimal6(note.start)),\"end_s\":\(Decimal6(note.end)),"
                text += "\"midi_note\":\(note.pitch),\"name\":\"\(Pitch.name(note.pitch))\","
                text += "\"velocity\":\(note.velocity),\"confidence\":\(Decimal6(note.confidence))}\n"
            }
            return Data(text.utf8)
        case .mid: return Data(MIDIFile(notes: notes, name: "Transcription").data)
        }
    }

    /// Writes the file so that it is there whole or not at all.
    ///
    /// - Throws: `MusicError.cannotWrite`.
    public func write(to path: String, format: Format) throws(MusicError) {
        try OutputFile.write(data(format), to: path)
    }
}
