import Basics

/// Plain-text tables of metrics: a row for each recording, then one for all recordings pooled and one for the means.
public enum EvaluationTable {
    private static let columns: [(title: String, value: @Sendable (EvaluationFigures) -> Double?)] = [
        ("AP", { $0.averagePrecision }), ("F1", { $0.frameF1 }), ("F1*", { $0.bestFrameF1 }),
        ("thr*", { $0.bestThreshold }), ("F1 notes", { $0.noteFrameF1 }), ("on P", { $0.onsetPrecision50 }),
        ("on R", { $0.onsetRecall50 }), ("on F50", { $0.onsetF150 }), ("on F100", { $0.onsetF1100 }),
        ("on+off", { $0.noteF1 }), ("off s", { $0.offsetError }), ("vel r", { $0.velocityCorrelation }),
        ("Acc", { $0.accuracy }), ("Etot", { $0.totalError }),
    ]

    /// A legend of the columns.
    public static let legend = """
        AP, F1, F1*  of all frames and notes: average precision, F1 at the model's threshold, F1 at the best one (thr*)
        F1 notes     F1 of the frames that the transcribed notes cover
        on P/R/F50   precision, recall and F1 of notes by onset, within 50 ms; on F100: F1 within 100 ms
        on+off       F1 of notes by onset within 50 ms and offset within 20% of the duration or 50 ms
        off s        median offset error, in seconds, of notes whose onset is within 50 ms
        vel r        correlation of the velocities of those notes with the labels', if the labels have any
        Acc, Etot    MIREX multi-F0 accuracy and total error at thr*
        """

    /// The table of one model, without a trailing newline. A column without any values is omitted.
    public static func text(_ rows: [EvaluationFigures], summaries: [EvaluationFigures] = []) -> String {
        var table = TextTable(columns: [.words("recording"), .init(title: "time")], hasRule: false)
        let columns = columns.filter { column in (rows + summaries).contains { column.value($0) != nil } }
        table.columns += columns.map { .init(title: $0.title) }
        func cells(_ row: EvaluationFigures) -> [String] {
            [row.name, clock(row.seconds)]
                + columns.map { column in column.value(row).map { Numeral.fixed($0, 3) } ?? "" }
        }
        table.rows = rows.map(cells)
        if !summaries.isEmpty { table.rows += [[]] + summaries.map(cells) }
        return table.text
    }

    /// A comparison of models, without a trailing newline: the means over recordings with a row for each model, then
    /// the average precision and the onset F1 of each recording with a column for each model.
    ///
    /// - Parameter reports: all of the same recordings in the same order.
    public static func comparison(_ reports: [DatasetReport]) -> String {
        var means = TextTable(columns: [.words("model"), .init(title: "ms ahead")], hasRule: false)
        let shown = columns.filter { column in reports.contains { $0.mean.flatMap(column.value) != nil } }
        means.columns += shown.map { .init(title: $0.title) } + [.init(title: "ECE")]
        means.rows = reports.map { report in
            [report.model, Numeral.fixed(report.lookahead, 0)]
                + shown.map { column in report.mean.flatMap(column.value).map { Numeral.fixed($0, 3) } ?? "" }
                + [report.reliability.calibrationError.map { Numeral.fixed($0, 3) } ?? ""]
        }
        let parts = [("AP", \EvaluationFigures.averagePrecision), ("on F50", \EvaluationFigures.onsetF150)]
        let tables = parts.map { title, figure in
            var table = TextTable(
                columns: [.words(title)] + reports.map { .init(title: $0.model) }, hasRule: false)
            table.rows = (reports.first?.recordings ?? []).indices.map { index in
                [reports[0].recordings[index].name]
                    + reports.map { Numeral.fixed($0.recordings[index][keyPath: figure], 3) }
            }
            return table.text
        }
        return ([means.text] + tables + [legend]).joined(separator: "\n\n")
    }

    private static func clock(_ seconds: Double) -> String {
        let whole = Int(min(max(seconds, 0), 1e9).rounded())
        let rest = whole % 60
        return "\(whole / 60):\(rest < 10 ? "0" : "")\(rest)"
    }
}
