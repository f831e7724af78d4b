import Music
import Sound

/// The label counts and duration of one recording.
public struct RecordingSummary: Sendable, Equatable {
    /// The source of a recording's duration.
    public enum LengthSource: Sendable, Equatable {
        case audio, metadata
        /// The end of the last label, if there is no audio.
        case lastLabel
    }

    /// The labels of one instrument.
    public struct Part: Sendable, Equatable {
        public var labels = 0
        /// The MIDI notes that occur.
        public var pitches: Set<Int> = []
    }

    public var name: String
    public var seconds: Double
    public var lengthSource: LengthSource
    /// By General MIDI program, 0...127; nil for labels without an instrument.
    public var parts: [Int?: Part]

    public init(name: String, seconds: Double, lengthSource: LengthSource = .audio, notes: [Note]) {
        self.name = name
        self.seconds = seconds
        self.lengthSource = lengthSource
        parts = [:]
        for note in notes {
            parts[note.program, default: Part()].labels += 1
            parts[note.program, default: Part()].pitches.insert(note.pitch)
        }
    }

    /// Reads the labels and the audio header; audio whose header gives no length is decoded.
    ///
    /// - Throws: `MusicError`, `SoundError`.
    init(_ entry: DatasetListing.Entry, metadata: RecordingMetadata?) throws {
        let notes = try entry.labelPath.map { try LabelFile(path: $0).labels.map(\.note) } ?? []
        if let audioPath = entry.audioPath {
            let seconds = try Self.seconds(audioPath)
            self.init(name: entry.name, seconds: seconds, notes: notes)
        } else if let seconds = metadata?.seconds {
            self.init(name: entry.name, seconds: seconds, lengthSource: .metadata, notes: notes)
        } else {
            let end = notes.map(\.end).max() ?? 0
            self.init(name: entry.name, seconds: end, lengthSource: .lastLabel, notes: notes)
        }
    }

    private static func seconds(_ path: String) throws(SoundError) -> Double {
        let rate = 44_100.0
        let reader = try AudioFileReader(path: path, rate: rate)
        if let count = reader.expectedCount { return Double(count) / rate }
        var block = [Float](repeating: 0, count: 65_536)
        while true {
            var span = block.mutableSpan
            if try reader.read(into: &span) == 0 { return Double(reader.count) / rate }
        }
    }
}
