import Tables

/// Figures as a table of plain text: a row for each recording, then all together and the mean.
public enum EvaluationTable {
    private static let columns: [(title: String, value: @Sendable (EvaluationFigures) -> Double)] = [
        ("AP", { $0.averagePrecision }), ("F1", { $0.frameF1 }), ("F1*", { $0.bestFrameF1 }),
        ("thr*", { $0.bestThreshold }), ("F1 notes", { $0.noteFrameF1 }), ("on P", { $0.onsetPrecision50 }),
        ("on R", { $0.onsetRecall50 }), ("on F50", { $0.onsetF150 }), ("on F100", { $0.onsetF1100 }),
        ("on+off", { $0.noteF1 }), ("Acc", { $0.accuracy }), ("Etot", { $0.totalError }),
    ]

    /// What the columns mean, one line each.
    public static let legend = """
        AP      average precision over all frames and 128 notes; F1, at the model's threshold; F1*, at the best one (thr*)
        F1 notes of the frames covered by the transcribed notes; on P/R/F50, note onsets within 50 ms; F100, within 100 ms
        on+off  onset within 50 ms and offset within 20% or 50 ms; Acc, Etot: MIREX multi-F0 at thr*
        """

    /// The table, without a newline at its end.
    public static func text(_ rows: [EvaluationFigures], summaries: [EvaluationFigures] = []) -> String {
        var table = TextTable(columns: [.words("recording"), .init(title: "time")], hasRule: false)
        table.columns += columns.map { .init(title: $0.title) }
        func cells(_ row: EvaluationFigures) -> [String] {
            [row.name, clock(row.seconds)] + columns.map { Numeral.fixed($0.value(row), 3) }
        }
        table.rows = rows.map(cells)
        if !summaries.isEmpty { table.rows += [[]] + summaries.map(cells) }
        return table.text
    }

    private static func clock(_ seconds: Double) -> String {
        let whole = Int(min(max(seconds, 0), 1e9).rounded())
        let rest = whole % 60
        return "\(whole / 60):\(rest < 10 ? "0" : "")\(rest)"
    }
}
