import Basics
import Foundation
import Music

/// A recording's labels as a readable table, in the form of the paper's Table 2.
public struct LabelTable: Sendable, Equatable, Encodable {
    /// One note.
    public struct Row: Sendable, Equatable, Encodable {
        /// Seconds.
        public var start: Double
        /// Seconds.
        public var end: Double
        /// Nil if the file names none.
        public var instrument: String?
        /// Such as "A#3".
        public var note: String
        /// MIDI number.
        public var pitch: Int
        /// 1-based, 0 for the pickup; nil without a meter.
        public var measure: Int?
        /// 1-based in the measure; without a meter, 0-based from the start of the score. Nil if the file has none.
        public var beat: Double?
        /// Such as "Dotted Half".
        public var value: String?

        enum CodingKeys: String, CodingKey {
            case start = "start_s"
            case end = "end_s"
            case instrument, note, measure, beat
            case pitch = "midi_note"
            case value = "note_value"
        }
    }

    /// Ordered by start, then pitch.
    public private(set) var rows: [Row]
    /// The number of labels in the requested time range; `rows` may have fewer.
    public let found: Int
    private let hasMeasures: Bool

    enum CodingKeys: String, CodingKey {
        case rows = "labels"
        case found
    }

    /// - Parameters:
    ///   - from: in seconds; labels that end before are omitted.
    ///   - to: in seconds; labels that start then or later are omitted.
    ///   - limit: the maximum number of rows.
    public init(
        _ labels: [LabelFile.Label], from: Double = -.infinity, to: Double = .infinity, limit: Int = .max,
        meter: Meter? = nil
    ) {
        let chosen = labels.filter { $0.note.end > from && $0.note.start < to }
            .sorted { ($0.note.start, $0.note.pitch) < ($1.note.start, $1.note.pitch) }
        found = chosen.count
        hasMeasures = meter != nil
        rows = chosen.prefix(max(0, limit)).map { Row($0, meter) }
    }

    /// The table as aligned text, with a measure column if there is a meter.
    public var text: String {
        let titles =
            ["Start", "End", "Instrument", "Note"] + (hasMeasures ? ["Measure"] : []) + ["Beat", "Note Value"]
        let numbers: Set<String> = ["Start", "End", "Measure", "Beat"]
        var table = TextTable(columns: titles.map { .init(title: $0, isNumber: numbers.contains($0)) }, hasRule: false)
        table.rows = rows.map { row in
            [Numeral.fixed(row.start, 2), Numeral.fixed(row.end, 2), row.instrument ?? "", row.note]
                + (hasMeasures ? [row.measure.map { "\($0)" } ?? ""] : [])
                + [row.beat.map(Self.short) ?? "", row.value ?? ""]
        }
        return table.text
    }

    /// Formats with at most three decimals and without trailing zeros.
    private static func short(_ beat: Double) -> String {
        var text = Numeral.fixed(beat, 3)
        while text.last == "0" { text.removeLast() }
        if text.last == "." { text.removeLast() }
        return text
    }
}

extension LabelTable.Row {
    fileprivate init(_ label: LabelFile.Label, _ meter: Meter?) {
        start = label.note.start
        end = label.note.end
        instrument = label.note.program.map(GeneralMIDI.name)
        note = Pitch.name(label.note.pitch)
        pitch = label.note.pitch
        value = label.noteValue
        if let meter {
            let position = label.startBeat.flatMap(meter.position)
            measure = position?.measure
            beat = position?.beat
        } else {
            beat = label.startBeat
        }
    }
}

extension LabelTable {
    /// Reads the labels of a recording in a dataset folder, or of a single label file.
    ///
    /// - Parameter recording: its name; may be nil for a label file or a folder with one recording.
    /// - Throws: ``DatasetError``, `MusicError`.
    public static func labels(at path: String, recording: String?) throws -> [LabelFile.Label] {
        var isDirectory: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
        if exists, !isDirectory.boolValue { return try LabelFile(path: path).labels }
        let labelled = try DatasetListing(path: path).entries.filter { $0.labelPath != nil }
        guard !labelled.isEmpty else { throw DatasetError.noRecordings(path: path) }
        let chosen = recording.map { name in labelled.filter { $0.name == name } } ?? labelled
        guard let entry = chosen.first, recording != nil || chosen.count == 1, let labelPath = entry.labelPath else {
            throw DatasetError.noSuchRecording(name: recording ?? "", path: path, others: labelled.map(\.name))
        }
        return try LabelFile(path: labelPath).labels
    }
}

/// Converts beats from the start of the score to measures of equal length after a pickup.
public struct Meter: Sendable, Equatable {
    /// Beats per measure: more than 0, at most 64.
    public let beats: Double
    /// Beats before the first whole measure, which is number 1; less than `beats`.
    public let pickup: Double

    /// Parses "3" or, with a pickup, "4:1.5"; nil if the text is invalid.
    public init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Double($0) }
        guard (1...2).contains(parts.count), let beats = parts[0], beats > 0, beats <= 64 else { return nil }
        guard let pickup = parts.count == 2 ? parts[1] : 0, pickup >= 0, pickup < beats else { return nil }
        self.beats = beats
        self.pickup = pickup
    }

    /// Converts a 0-based beat to a measure and the beat in it, both 1-based. A pickup is at the end of measure 0. Nil
    /// if `beat` is not a score position.
    public func position(ofBeat beat: Double) -> (measure: Int, beat: Double)? {
        guard beat.isFinite, abs(beat) < 1e9 else { return nil }
        // Files round thirds of a beat, which must not move a position before its bar line.
        let place = ((beat - pickup) * 1e6).rounded() / 1e6
        let whole = (place / beats).rounded(.down)
        return (Int(whole) + 1, place - whole * beats + 1)
    }
}
