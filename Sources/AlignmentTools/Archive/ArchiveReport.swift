import Basics

/// The outcomes of an archive's pairs.
public struct ArchiveReport: Encodable, Sendable {
    /// Sorted by name, without the pairs that were not reached.
    public var pairs: [ArchiveEntry]
    /// Scores and recordings without a partner.
    public var alone: [String]
    /// Number of `pairs` whose outcome was taken from an earlier run.
    public var unchanged: Int
    /// Number of pairs that were not reached because the run was stopped.
    public var waiting: Int
    /// Whether the run was stopped early.
    public var isInterrupted: Bool { waiting > 0 }

    /// Number of pairs with a given outcome.
    public func count(_ outcome: ArchiveEntry.Outcome) -> Int { pairs.count { $0.outcome == outcome } }

    /// Whether every pair has labels.
    public var isSound: Bool { !isInterrupted && count(.failed) == 0 && count(.rejected) == 0 }

    /// A table with a row per pair, followed by totals.
    public var text: String {
        var table = TextTable(
            columns: [
                .words("pair"), .words("verdict"), TextTable.Column(title: "confidence"),
                TextTable.Column(title: "seconds"), .words("suspicions"),
            ])
        table.rows = pairs.map { entry in
            let hasResult = entry.outcome != .failed
            return [
                entry.name, entry.outcome.rawValue, hasResult ? Numeral.percent(entry.confidence) : "",
                hasResult ? Numeral.fixed(entry.seconds, 1) : "", Self.remark(entry),
            ]
        }
        var parts = ArchiveEntry.Outcome.allCases.filter { count($0) > 0 }.map { "\(count($0)) \($0.rawValue)" }
        if waiting > 0 { parts.append("\(waiting) not reached") }
        if unchanged > 0 { parts.append("\(unchanged) unchanged since an earlier run") }
        var lines = [
            table.text, "", Numeral.count(pairs.count + waiting, "pair") + ": " + parts.joined(separator: ", "),
        ]
        if !alone.isEmpty {
            let shown = alone.prefix(5).joined(separator: ", ")
            lines.append("without a partner: \(shown)\(alone.count > 5 ? " and \(alone.count - 5) more" : "")")
        }
        return lines.joined(separator: "\n")
    }

    /// The error message, or the suspicions in order of time.
    private static func remark(_ entry: ArchiveEntry) -> String {
        guard entry.outcome != .failed else { return entry.reason }
        let regions = entry.suspicions.map { "\($0.kind.rawValue) \(clock($0.start))-\(clock($0.end))" }
        let shown = regions.prefix(4).joined(separator: ", ")
        let text = regions.count > 4 ? "\(shown) and \(regions.count - 4) more" : shown
        return text.isEmpty && entry.outcome == .rejected ? entry.reason : text
    }

    /// Formats seconds as "1:05".
    private static func clock(_ seconds: Double) -> String {
        guard seconds.isFinite, (0..<1e9).contains(seconds) else { return "?" }
        let whole = Int(seconds.rounded())
        return "\(whole / 60):\(whole % 60 < 10 ? "0" : "")\(whole % 60)"
    }
}
