import Basics

/// The results of a study as a table.
public struct StudyTable: Sendable {
    /// Error limits in seconds.
    public static let limits = [0.025, 0.05, 0.1, 0.25, 0.5]

    public let table: TextTable

    /// - Parameters:
    ///   - results: for each variant, the results of all pairs.
    ///   - showsPairs: whether each pair gets a row of its own in addition to the totals.
    public init(_ results: [[StudyResult]], showsPairs: Bool) {
        let names = Self.varyingSettings(results)
        let columns =
            [TextTable.Column.words("method")] + names.map { TextTable.Column.words($0.name) }
            + [TextTable.Column.words("pair")]
            + TextTable.Column.numbers(
                "onsets", "missed", "median ms", "p90 ms", "mean ms", "bias ms", "<=25 ms", "<=50 ms", "<=100 ms",
                "<=250 ms", "<=500 ms", "x real time")
        var rows: [[String]] = []
        for group in results where !group.isEmpty {
            let head =
                [group[0].method] + names.map { $0.index < group[0].settings.count ? group[0].settings[$0.index] : "" }
            if showsPairs { rows += group.map { head + Self.cells($0.pair, [$0]) } }
            if !showsPairs || group.count > 1 { rows.append(head + Self.cells("all", group)) }
            if showsPairs { rows.append([]) }
        }
        if rows.last?.isEmpty == true { rows.removeLast() }
        table = TextTable(columns: columns, rows: rows)
    }

    /// The settings that differ between variants; the others get no column.
    private static func varyingSettings(_ results: [[StudyResult]]) -> [(index: Int, name: String)] {
        StudyGrid.settingNames.enumerated().compactMap { index, name in
            let values = results.compactMap { $0.first?.settings }.filter { index < $0.count }.map { $0[index] }
            return Set(values).count > 1 ? (index, name) : nil
        }
    }

    private static func cells(_ name: String, _ results: [StudyResult]) -> [String] {
        let errors = AlignmentErrors(pooling: results.map(\.errors))
        func milliseconds(_ seconds: Double?) -> String { seconds.map { Numeral.fixed(1000 * $0, 1) } ?? "-" }
        let seconds = results.reduce(0) { $0 + $1.seconds }
        let duration = results.reduce(0) { $0 + $1.duration }
        return [name, "\(errors.count)", "\(errors.missed)"]
            + [errors.median, errors.percentile90, errors.mean, errors.bias].map(milliseconds)
            + limits.map { Numeral.percent(errors.share(within: $0)) }
            + [seconds > 0 ? Numeral.fixed(duration / seconds, 0) : "-"]
    }
}
