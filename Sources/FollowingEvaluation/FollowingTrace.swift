import Basics
import Evaluation
import Following

/// The reports of a follower, hop by hop, as `notelab follow` writes them.
public struct FollowingTrace: Sendable, Equatable {
    public struct Row: Sendable, Equatable {
        /// Seconds of audio that had arrived when this was published.
        public var published: Double
        /// Quarter notes along the score's order of play.
        public var beat: Double
        /// Seconds of the score at its written tempo.
        public var scoreSeconds: Double
        /// Quarter notes per minute.
        public var tempo: Double
        public var state: FollowingState
        /// 0...1.
        public var confidence: Double

        public init(
            published: Double, beat: Double, scoreSeconds: Double, tempo: Double, state: FollowingState,
            confidence: Double
        ) {
            self.published = published
            self.beat = beat
            self.scoreSeconds = scoreSeconds
            self.tempo = tempo
            self.state = state
            self.confidence = confidence
        }

        /// - Parameter rate: samples per second.
        public init(_ report: FollowingReport, rate: Double = 44_100) {
            self.init(
                published: Double(report.sample) / rate, beat: report.beat, scoreSeconds: report.scoreSeconds,
                tempo: report.tempo, state: report.state, confidence: report.confidence)
        }

        private static func decimal(_ value: Double, _ places: Int) -> String {
            Numeral.decimal(value, places: places, invalid: Numeral.decimal(0, places: places))
        }

        /// The row as CSV, without a line break.
        public var line: String {
            [
                Self.decimal(published, 6), Self.decimal(beat, 6), Self.decimal(scoreSeconds, 6),
                Self.decimal(tempo, 3),
                state.rawValue, Self.decimal(confidence, 4),
            ].joined(separator: ",")
        }
    }

    /// The header line, without a line break.
    public static let title = titles.joined(separator: ",")
    private static let titles = ["published_s", "score_beat", "score_s", "tempo_bpm", "state", "confidence"]

    /// In order of publication; never empty.
    public let rows: [Row]

    /// Sorts rows by publication. Rows that were published at the same time keep their order.
    ///
    /// - Returns: nil without rows.
    public init?(rows: [Row]) {
        guard !rows.isEmpty else { return nil }
        let isSorted = zip(rows, rows.dropFirst()).allSatisfy { $0.published <= $1.published }
        self.rows =
            isSorted
            ? rows
            : rows.indices.sorted { (rows[$0].published, $0) < (rows[$1].published, $1) }.map { rows[$0] }
    }

    /// - Throws: `EvaluationError.unreadable`, `.badTable`.
    public init(path: String) throws(EvaluationError) {
        try self.init(NumberTable(path: path, titles: Self.titles))
    }

    init(text: String, path: String) throws(EvaluationError) {
        try self.init(NumberTable(text: text, path: path, titles: Self.titles))
    }

    private init(_ table: NumberTable) throws(EvaluationError) {
        var rows: [Row] = []
        rows.reserveCapacity(table.rows.count)
        for row in table.rows {
            guard let state = FollowingState(rawValue: String(row.cells[4])) else {
                throw .badTable(path: table.path, reason: "line \(row.line): '\(row.cells[4])' is not a valid state")
            }
            rows.append(
                Row(
                    published: try table.number(row, 0), beat: try table.number(row, 1),
                    scoreSeconds: try table.number(row, 2), tempo: try table.number(row, 3), state: state,
                    confidence: try table.number(row, 5)))
        }
        guard let made = Self(rows: rows) else { throw .badTable(path: table.path, reason: "it has no rows") }
        self = made
    }

    /// The whole table.
    public var text: String { Self.title + "\n" + rows.map { $0.line + "\n" }.joined() }

    /// The last row published at or before a time; nil before the first. Logarithmic.
    public func row(at seconds: Double) -> Row? {
        let next = rows.partitionPoint { $0.published <= seconds }
        return next == 0 ? nil : rows[next - 1]
    }
}
