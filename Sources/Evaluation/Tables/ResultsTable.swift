/// One of the paper's tables, filled with the results of our models. An extension renders it.
public struct ResultsTable: Sendable, Equatable {
    /// A kind of table in the paper.
    public enum Kind: Sendable, Equatable {
        /// Table 3: precision, recall and average precision over all recordings.
        case benchmark
        /// Table 4: MIREX multi-F0 measures.
        case errors
        /// Tables 5 to 7: the columns of Table 3 for one recording.
        case recording(String)
    }

    /// The results of one model.
    public struct Row: Sendable, Equatable {
        /// The model file's name without its extension.
        public var model: String
        public var representation: String
        /// In samples.
        public var window: Int
        /// Notes whose score is above the threshold are predicted.
        public var threshold: Double
        /// In the order of ``ResultsTable/columns``.
        public var values: [Double]
        /// The paper's figures for the same representation and window.
        public var paper: [Double]?
        public var steps: Int?
        public var windowsSeen: Int?
        public var hours: Double?
    }

    /// A metric.
    struct Column: Equatable {
        var title: String
        /// The key in JSON.
        var key: String
        /// Whether values are printed in percent rather than as ".634".
        var isPercent: Bool
    }

    public let kind: Kind
    public let rows: [Row]
    /// The number of frames that each model was evaluated on.
    public let frames: Int

    /// - Parameters:
    ///   - reports: all of the same dataset.
    ///   - comparesPaper: whether to add the paper's results to the rows.
    /// - Throws: ``EvaluationError/noRecording(name:existing:)`` if a report does not contain the recording.
    public init(_ kind: Kind, _ reports: [StoredReport], comparesPaper: Bool = false) throws(EvaluationError) {
        self.kind = kind
        var rows: [(row: Row, order: Double)] = []
        var frames = 0
        for stored in reports {
            let report = stored.report
            let (values, count) = try Self.values(kind, report)
            frames = count
            let paper = comparesPaper ? Self.paperRows(kind) : []
            let row = Row(
                model: report.model, representation: report.representation, window: report.window,
                threshold: report.threshold, values: values,
                paper: paper.first { $0.matches(representation: report.representation, window: report.window) }?.values,
                steps: report.steps, windowsSeen: report.windowsSeen, hours: report.hours)
            rows.append((row, stored.provenance.tableOrder ?? .infinity))
        }
        self.frames = frames
        // Rows have the same order in all tables, so sort by the average precision of Table 3.
        let precision = Dictionary(
            reports.map { ($0.report.model, $0.report.all.averagePrecision) }, uniquingKeysWith: { first, _ in first })
        self.rows = rows.sorted { left, right in
            let (a, b) = (precision[left.row.model] ?? 0, precision[right.row.model] ?? 0)
            return (left.order, left.row.window, a, left.row.model) < (
                right.order, right.row.window, b, right.row.model
            )
        }.map(\.row)
    }

    private static func values(
        _ kind: Kind, _ report: ModelReport
    ) throws(EvaluationError) -> (values: [Double], frames: Int) {
        func ofSubset(_ subset: ModelReport.Subset) -> ([Double], Int) {
            ([subset.precision, subset.recall, subset.averagePrecision], subset.frames)
        }
        switch kind {
        case .benchmark: return ofSubset(report.all)
        case .errors:
            let errors = report.multiPitch
            return (
                [errors.accuracy, errors.totalError, errors.substitution, errors.miss, errors.falseAlarm],
                report.all.frames
            )
        case .recording(let name):
            guard let subset = report.recordings.first(where: { $0.name == name }) else {
                throw .noRecording(name: name, existing: report.recordings.map(\.name))
            }
            return ofSubset(subset)
        }
    }

    /// The paper's rows for this kind of table; empty for recordings that are not in the paper.
    private static func paperRows(_ kind: Kind) -> [PaperFigures.Row] {
        switch kind {
        case .benchmark: PaperFigures.table3
        case .errors: PaperFigures.table4
        case .recording(let name): PaperFigures.recordings.first { $0.recording == name }?.rows ?? []
        }
    }

    var columns: [Column] {
        switch kind {
        case .benchmark, .recording:
            [
                Column(title: "Precision", key: "precision", isPercent: true),
                Column(title: "Recall", key: "recall", isPercent: true),
                Column(title: "Average Precision", key: "average_precision", isPercent: true),
            ]
        case .errors:
            [
                Column(title: "Acc", key: "acc", isPercent: true), Column(title: "Etot", key: "etot", isPercent: false),
                Column(title: "Esub", key: "esub", isPercent: false),
                Column(title: "Emiss", key: "emiss", isPercent: false),
                Column(title: "Efa", key: "efa", isPercent: false),
            ]
        }
    }

    /// The number of the table in the paper; nil if the paper has no such table.
    public var number: Int? {
        switch kind {
        case .benchmark: 3
        case .errors: 4
        case .recording(let name): PaperFigures.recordings.first { $0.recording == name }?.number
        }
    }

    /// The table's title.
    public var caption: String {
        let title =
            switch kind {
            case .benchmark: "Precision and recall at the threshold, and average precision"
            case .errors: "MIREX-style statistics at the threshold"
            case .recording(let name):
                PaperFigures.recordings.first { $0.recording == name }?.title ?? "Recording \(name)"
            }
        return number.map { "Table \($0): \(title)" } ?? title
    }
}
