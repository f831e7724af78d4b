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

    /// The table, without a newline at its end. Bold marks, rules and colours are left to whoever wants them.
    public static func text(_ rows: [EvaluationFigures], summaries: [EvaluationFigures] = []) -> String {
        let all = rows + summaries
        let nameWidth = max(9, all.map(\.name.count).max() ?? 0)
        var lines = [padded("recording", nameWidth) + padLeft("time", 8)]
        lines[0] += columns.map { padLeft($0.title, max(8, $0.title.count + 1)) }.joined()
        func line(_ row: EvaluationFigures) -> String {
            padded(row.name, nameWidth) + padLeft(clock(row.seconds), 8)
                + columns.map { padLeft(decimal($0.value(row)), max(8, $0.title.count + 1)) }.joined()
        }
        lines += rows.map(line)
        if !summaries.isEmpty { lines.append(String(repeating: "-", count: lines[0].count)) }
        lines += summaries.map(line)
        return lines.joined(separator: "\n")
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private static func padLeft(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(1, width - text.count)) + text
    }

    /// Three decimals.
    private static func decimal(_ value: Double) -> String {
        guard value.isFinite, value.magnitude < 1e6 else { return "-" }
        let thousandths = Int((value.magnitude * 1000).rounded())
        let digits = String(thousandths % 1000)
        let sign = value < 0 && thousandths > 0 ? "-" : ""
        return "\(sign)\(thousandths / 1000)." + String(repeating: "0", count: 3 - digits.count) + digits
    }

    private static func clock(_ seconds: Double) -> String {
        let whole = Int(min(max(seconds, 0), 1e9).rounded())
        let rest = whole % 60
        return "\(whole / 60):\(rest < 10 ? "0" : "")\(rest)"
    }
}
