import Foundation

/// Parses label files line by line over the raw bytes. Strings are made only for the fields that are used.
struct LabelParser {
    private enum Column: String {
        case startTime = "start_time"
        case endTime = "end_time"
        case instrument, note
        case startBeat = "start_beat"
        case endBeat = "end_beat"
        case noteValue = "note_value"
        case startSeconds = "start_s"
        case endSeconds = "end_s"
        case midiNote = "midi_note"
        case program, velocity, confidence
    }

    private let data: [UInt8]
    private var line = 0
    /// Whether invalid lines are skipped and added to `problems`. An invalid header is an error in either case.
    var isLenient = false
    private(set) var problems: [LabelProblem] = []
    /// The line number of each returned label.
    private(set) var lines: [Int] = []

    init(data: [UInt8]) {
        self.data = data
    }

    mutating func parse() throws(LabelProblem) -> [LabelFile.Label] {
        var position = data.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        var columns: [Column?]?
        var labels: [LabelFile.Label] = []
        while position < data.count {
            let end = data[position...].firstIndex(of: UInt8(ascii: "\n")) ?? data.count
            line += 1
            let range = trimmed(position..<end)
            position = end + 1
            if range.isEmpty { continue }
            if let columns {
                do {
                    labels.append(try readLabel(range, columns))
                    lines.append(line)
                } catch {
                    guard isLenient else { throw error }
                    problems.append(error)
                }
            } else {
                columns = try readHeader(range)
            }
        }
        guard columns != nil else {
            throw bad(.columns, "the file is empty; it should begin with a line of column names")
        }
        return labels
    }

    private func readHeader(_ range: Range<Int>) throws(LabelProblem) -> [Column?] {
        let columns = fields(range).map { Column(rawValue: text($0).lowercased()) }
        let musicNet: [Column] = [.startTime, .endTime, .note]
        let seconds: [Column] = [.startSeconds, .endSeconds, .midiNote]
        guard musicNet.allSatisfy(columns.contains) || seconds.allSatisfy(columns.contains) else {
            throw bad(
                .columns, "the columns should be start_time,end_time,instrument,note,... or start_s,end_s,midi_note")
        }
        return columns
    }

    private func readLabel(_ range: Range<Int>, _ columns: [Column?]) throws(LabelProblem) -> LabelFile.Label {
        var label = LabelFile.Label(Note(pitch: -1, start: .nan, end: .nan))
        for (field, column) in zip(fields(range), columns) {
            guard let column else { continue }
            switch column {
            case .startTime: label.note.start = try number(field, "start_time") / LabelFile.sampleRate
            case .endTime: label.note.end = try number(field, "end_time") / LabelFile.sampleRate
            case .startSeconds: label.note.start = try number(field, "start_s")
            case .endSeconds: label.note.end = try number(field, "end_s")
            case .note, .midiNote: label.note.pitch = try integer(field, "note", 0...127)
            case .instrument:
                if !field.isEmpty { label.note.program = try integer(field, "instrument", 1...128) - 1 }
            case .program: if !field.isEmpty { label.note.program = try integer(field, "program", 0...127) }
            case .velocity: if !field.isEmpty { label.note.velocity = try integer(field, "velocity", 1...127) }
            case .confidence: if !field.isEmpty { label.note.confidence = try number(field, "confidence") }
            case .startBeat: if !field.isEmpty { label.startBeat = try number(field, "start_beat") }
            case .endBeat: if !field.isEmpty { label.endBeat = try number(field, "end_beat") }
            case .noteValue: label.noteValue = field.isEmpty ? nil : text(field)
            }
        }
        guard label.note.pitch >= 0, label.note.start.isFinite, label.note.end.isFinite else {
            throw bad(.field, "it has fewer fields than there are columns")
        }
        guard label.note.end >= label.note.start else { throw bad(.negativeLength, "the note ends before it starts") }
        return label
    }

    // MARK: Fields

    private func fields(_ range: Range<Int>) -> [Range<Int>] {
        var fields: [Range<Int>] = []
        var start = range.lowerBound
        for index in range where data[index] == UInt8(ascii: ",") {
            fields.append(unquoted(trimmed(start..<index)))
            start = index + 1
        }
        fields.append(unquoted(trimmed(start..<range.upperBound)))
        return fields
    }

    private func trimmed(_ range: Range<Int>) -> Range<Int> {
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
        var (low, high) = (range.lowerBound, range.upperBound)
        while low < high, isSpace(data[low]) { low += 1 }
        while low < high, isSpace(data[high - 1]) { high -= 1 }
        return low..<high
    }

    private func unquoted(_ range: Range<Int>) -> Range<Int> {
        let quote = UInt8(ascii: "\"")
        guard range.count >= 2, data[range.lowerBound] == quote, data[range.upperBound - 1] == quote else {
            return range
        }
        return range.lowerBound + 1..<range.upperBound - 1
    }

    private func text(_ range: Range<Int>) -> String { String(decoding: data[range], as: UTF8.self) }

    private func number(_ range: Range<Int>, _ column: String) throws(LabelProblem) -> Double {
        guard let value = Double(text(range)), value.isFinite, abs(value) < 1e12 else {
            throw bad(.field, "\(column) is '\(text(range).prefix(40))', which is not a number")
        }
        return value
    }

    private func integer(_ range: Range<Int>, _ column: String, _ allowed: ClosedRange<Int>) throws(LabelProblem) -> Int
    {
        // Some tools write 60.0 for 60.
        let value = try number(range, column)
        guard value == value.rounded(), value >= Double(allowed.lowerBound), value <= Double(allowed.upperBound) else {
            throw bad(
                Self.kinds[column] ?? .field,
                "\(column) is \(text(range).prefix(40)); it should be \(allowed.lowerBound) to \(allowed.upperBound)")
        }
        return Int(value)
    }

    private static let kinds: [String: LabelProblem.Kind] = [
        "note": .pitch, "instrument": .instrument, "program": .instrument,
    ]

    private func bad(_ kind: LabelProblem.Kind, _ reason: String) -> LabelProblem {
        LabelProblem(line: max(line, 1), kind: kind, reason: reason)
    }
}
