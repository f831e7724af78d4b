import Basics
import Music

/// Two readings of one work side by side, such as a MusicXML file and a MIDI file.
///
/// If both have as many measures in their order of play, these are compared one by one, unless more notes agree if the
/// other score's are compared by their beats. Grace notes are not compared: formats place them differently.
public struct ScoreComparison: Sendable, Encodable {
    /// The contents of one of the scores.
    public struct Side: Sendable, Encodable {
        /// Notes played, without grace notes.
        public let notes: Int
        public let graceNotes: Int
        /// Measures in the order of play.
        public let measures: Int
        public let beats: Double
    }

    /// A measure in which they differ.
    public struct Difference: Sendable, Encodable {
        /// The printed number in the first score.
        public let measure: String
        public let pass: Int
        /// The beat at which it starts in the first score.
        public let start: Double
        /// Its length in beats in each score; nil for the other one if measures cannot be paired.
        public let length: Double
        public let otherLength: Double?
        /// MIDI numbers of the notes that one score has and the other has not, ascending.
        public let missing: [Int]
        public let additional: [Int]
    }

    /// Beats by which the onsets of one note may differ.
    public static let tolerance = 0.06

    public let first: Side
    public let other: Side
    /// The number of notes that both have.
    public let common: Int
    public let differences: [Difference]

    /// Notes that both have, relative to the mean of their numbers of notes: 0...1.
    public var agreement: Double {
        let all = first.notes + other.notes
        return all > 0 ? 2 * Double(common) / Double(all) : 1
    }

    /// O(n log n) in the number of notes.
    public init(_ first: Score, _ other: Score) {
        let byBeats = ScoreComparison(first, other, isPaired: false)
        guard first.passages.count == other.passages.count else {
            self = byBeats
            return
        }
        let byMeasures = ScoreComparison(first, other, isPaired: true)
        self = byMeasures.common >= byBeats.common ? byMeasures : byBeats
    }

    private init(_ first: Score, _ other: Score, isPaired: Bool) {
        self.first = Self.side(first)
        self.other = Self.side(other)
        var common = 0
        var differences: [Difference] = []
        let own = Self.notes(first, in: first.passages.map { $0.start..<$0.end })
        let theirs = Self.notes(other, in: (isPaired ? other : first).passages.map { $0.start..<$0.end })
        for (index, passage) in first.passages.enumerated() {
            let (shared, missing, additional) = Self.match(own[index], theirs[index])
            common += shared
            let length = isPaired ? other.passages[index].length : nil
            guard !missing.isEmpty || !additional.isEmpty || abs((length ?? passage.length) - passage.length) > 1e-3
            else { continue }
            differences.append(
                Difference(
                    measure: first.measures[passage.measure].number, pass: passage.pass, start: passage.start,
                    length: passage.length, otherLength: length, missing: missing, additional: additional))
        }
        self.common = common
        self.differences = differences
    }

    private struct Onset {
        var pitch: Int
        var offset: Double
    }

    private static func side(_ score: Score) -> Side {
        let graces = score.notes.count { $0.isGrace }
        return Side(
            notes: score.notes.count - graces, graceNotes: graces, measures: score.passages.count, beats: score.length)
    }

    /// The notes that begin in each range, with their offset from its start. Those before the first range and after the
    /// last belong to these.
    private static func notes(_ score: Score, in ranges: [Range<Double>]) -> [[Onset]] {
        var found = [[Onset]](repeating: [], count: ranges.count)
        for note in score.notes where !note.isGrace {
            // A note may begin a rounding error before its measure.
            let next = ranges.partitionPoint { $0.lowerBound <= note.onset + 1e-3 }
            let place = max(0, next - 1)
            found[place].append(Onset(pitch: note.pitch, offset: note.onset - ranges[place].lowerBound))
        }
        return found
    }

    /// Pairs notes of one pitch whose onsets agree, in order.
    private static func match(_ own: [Onset], _ theirs: [Onset]) -> (common: Int, missing: [Int], additional: [Int]) {
        func sorted(_ notes: [Onset]) -> [Onset] { notes.sorted { ($0.pitch, $0.offset) < ($1.pitch, $1.offset) } }
        let (left, right) = (sorted(own), sorted(theirs))
        var (i, j, common) = (0, 0, 0)
        var missing: [Int] = []
        var additional: [Int] = []
        while i < left.count || j < right.count {
            if i < left.count, j < right.count, left[i].pitch == right[j].pitch,
                abs(left[i].offset - right[j].offset) <= tolerance
            {
                common += 1
                i += 1
                j += 1
            } else if j == right.count
                || i < left.count && (left[i].pitch, left[i].offset) < (right[j].pitch, right[j].offset)
            {
                missing.append(left[i].pitch)
                i += 1
            } else {
                additional.append(right[j].pitch)
                j += 1
            }
        }
        return (common, missing, additional)
    }
}

extension ScoreComparison {
    /// Measures shown as text; JSON has all.
    private static let shown = 40
    /// Notes shown of each measure.
    private static let shownNotes = 8

    /// The comparison as plain text, without a final line feed.
    ///
    /// - Parameter names: those of the two scores.
    public func text(names: (first: String, other: String)) -> String {
        func line(_ name: String, _ side: Side) -> String {
            "\(name): \(side.notes) notes\(side.graceNotes > 0 ? " and \(side.graceNotes) grace notes" : ""), "
                + "\(side.measures) measures played, \(Numeral.decimal(side.beats, places: 2, invalid: "-")) beats"
        }
        let share = Numeral.decimal(100 * agreement, places: 1, invalid: "-")
        var lines = [
            line(names.first, first), line(names.other, other),
            "\(common) notes agree in pitch and place: \(share)%. "
                + (differences.isEmpty ? "No measure differs." : "\(differences.count) measures differ:"),
        ]
        guard !differences.isEmpty else { return lines.joined(separator: "\n") }
        var table = TextTable(
            columns: [.words("measure"), .words("pass")] + TextTable.Column.numbers("starts at", "beats", "other")
                + [.words("only in the first"), .words("only in the other")])
        for difference in differences.prefix(Self.shown) {
            table.rows.append([
                difference.measure, "\(difference.pass)", Numeral.decimal(difference.start, places: 2, invalid: "-"),
                Numeral.decimal(difference.length, places: 2, invalid: "-"),
                difference.otherLength.map { Numeral.decimal($0, places: 2, invalid: "-") } ?? "",
                Self.names(difference.missing), Self.names(difference.additional),
            ])
        }
        lines += ["", table.text]
        if differences.count > Self.shown { lines.append("and \(differences.count - Self.shown) more; see --json") }
        return lines.joined(separator: "\n")
    }

    private static func names(_ pitches: [Int]) -> String {
        let shown = pitches.prefix(shownNotes).map { Pitch.name($0) }.joined(separator: " ")
        return pitches.count > shownNotes ? "\(shown) and \(pitches.count - shownNotes) more" : shown
    }
}
