import Basics
import Evaluation

/// When the onsets of a score were played in a recording: the truth that a follower is compared with.
public struct FollowingReference: Sendable, Equatable {
    public struct Onset: Sendable, Hashable {
        /// Quarter notes along the score's order of play.
        public var beat: Double
        /// Seconds of the score at its written tempo.
        public var scoreSeconds: Double
        /// Seconds of the recording.
        public var seconds: Double

        public init(beat: Double, scoreSeconds: Double, seconds: Double) {
            self.beat = beat
            self.scoreSeconds = scoreSeconds
            self.seconds = seconds
        }
    }

    /// In the order of the table. Of consecutive rows with the same beat, only the first is kept. Never empty.
    public let onsets: [Onset]
    /// Whether beats only ascend, so that nothing is played twice.
    public let isMonotone: Bool
    /// The beats in ascending order, and the seconds of the score there.
    private let map: [(beat: Double, seconds: Double)]

    /// - Returns: nil without onsets.
    public init?(onsets all: [Onset]) {
        var onsets: [Onset] = []
        for onset in all where onset.beat != onsets.last?.beat { onsets.append(onset) }
        guard !onsets.isEmpty else { return nil }
        self.onsets = onsets
        isMonotone = zip(onsets, onsets.dropFirst()).allSatisfy { $0.beat < $1.beat }
        var map: [(beat: Double, seconds: Double)] = []
        // Where a beat occurs several times, the first one counts.
        for index in onsets.indices.sorted(by: { (onsets[$0].beat, $0) < (onsets[$1].beat, $1) })
        where onsets[index].beat != map.last?.beat {
            map.append((onsets[index].beat, onsets[index].scoreSeconds))
        }
        self.map = map
    }

    /// Reads a CSV file with the columns `score_beat`, `score_time` and `perf_time`; others are ignored.
    ///
    /// - Throws: `EvaluationError.unreadable`, `.badTable`.
    public init(path: String) throws(EvaluationError) {
        try self.init(NumberTable(path: path, titles: Self.titles))
    }

    /// Reads the table of a pair, which may consist of a header line alone: then nothing of the score is played.
    ///
    /// - Returns: nil in that case.
    /// - Throws: `EvaluationError.unreadable`, `.badTable`.
    public static func ifPlayed(path: String) throws(EvaluationError) -> FollowingReference? {
        let table = try NumberTable(path: path, titles: titles, mayBeEmpty: true)
        return table.rows.isEmpty ? nil : try FollowingReference(table)
    }

    init(text: String, path: String) throws(EvaluationError) {
        try self.init(NumberTable(text: text, path: path, titles: Self.titles))
    }

    private static let titles = ["score_beat", "score_time", "perf_time"]

    private init(_ table: NumberTable) throws(EvaluationError) {
        var onsets: [Onset] = []
        for row in table.rows {
            onsets.append(
                Onset(
                    beat: try table.number(row, 0), scoreSeconds: try table.number(row, 1),
                    seconds: try table.number(row, 2)))
        }
        guard let made = Self(onsets: onsets) else { throw .badTable(path: table.path, reason: "it has no rows") }
        self = made
    }

    public static func == (left: Self, right: Self) -> Bool { left.onsets == right.onsets }

    /// Seconds of the score at a beat: interpolated linearly between the beats of the reference, and constant beyond
    /// them.
    public func scoreSeconds(atBeat beat: Double) -> Double {
        guard beat > map[0].beat else { return map[0].seconds }
        let low = max(0, map.partitionPoint { $0.beat <= beat } - 1)
        guard low + 1 < map.count else { return map[low].seconds }
        let (from, to) = (map[low], map[low + 1])
        return from.seconds + (to.seconds - from.seconds) * (beat - from.beat) / (to.beat - from.beat)
    }
}
