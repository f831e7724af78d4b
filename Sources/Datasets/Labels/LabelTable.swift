import Basics
import Foundation
import Music

/// A recording's labels as one reads them: the paper's Table 2.
public struct LabelTable: Sendable, Equatable, Encodable {
    /// One note.
    public struct Row: Sendable, Equatable, Encodable {
        /// Seconds.
        public var start: Double
        /// Seconds.
        public var end: Double
        /// Nil where the file names none.
        public var instrument: String?
        /// Such as "A#3".
        public var note: String
        /// MIDI number.
        public var pitch: Int
        /// Counts from 1, 0 being the pickup; nil without a meter.
        public var measure: Int?
        /// In the measure, from 1; without a meter from the beginning of the score, from 0. Nil where the file has none.
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

    /// By start, then by pitch.
    public private(set) var rows: [Row]
    /// How many labels sound in the time asked for; `rows` may be fewer.
    public let found: Int
    private let hasMeasures: Bool

    enum CodingKeys: String, CodingKey {
        case rows = "labels"
        case found
    }

    /// - Parameters:
    ///   - from: seconds; labels that end before are left out.
    ///   - to: seconds; labels that begin then or later are left out.
    ///   - limit: the most rows to show.
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

    /// Text in columns; beats alone where there is no meter.
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

    /// At most three decimals, and no zeros at their end.
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
    /// Reads the labels to show: of a recording in a dataset folder, or of a lone label file.
    ///
    /// - Parameter recording: its name; may be nil for a label file, or for a folder with one recording.
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

/// How beats that are counted from the beginning fall into measures: so many to each, after a pickup.
public struct Meter: Sendable, Equatable {
    /// More than 0, at most 64.
    public let beats: Double
    /// Beats before the first whole measure, which is number 1; less than `beats`.
    public let pickup: Double

    /// Reads "3" or, with a pickup, "4:1.5"; nil if that is not what the text says.
    public init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Double($0) }
        guard (1...2).contains(parts.count), let beats = parts[0], beats > 0, beats <= 64 else { return nil }
        guard let pickup = parts.count == 2 ? parts[1] : 0, pickup >= 0, pickup < beats else { return nil }
        self.beats = beats
        self.pickup = pickup
    }

    /// The measure and the beat in it, both counted from 1, of a beat counted from 0. A pickup lies in measure 0, at its
    /// end. Nil for what is no position in a score.
    public func position(ofBeat beat: Double) -> (measure: Int, beat: Double)? {
        guard beat.isFinite, abs(beat) < 1e9 else { return nil }
        // Files round thirds of a beat, and must not fall short of the bar line by it.
        let place = ((beat - pickup) * 1e6).rounded() / 1e6
        let whole = (place / beats).rounded(.down)
        return (Int(whole) + 1, place - whole * beats + 1)
    }
}
