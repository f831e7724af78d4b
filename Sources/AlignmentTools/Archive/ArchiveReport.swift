import Basics

/// What became of an archive's pairs.
public struct ArchiveReport: Encodable, Sendable {
    /// By name; those that were not reached are missing.
    public var pairs: [ArchiveEntry]
    /// Scores and recordings without a partner.
    public var alone: [String]
    /// How many of `pairs` are from an earlier run.
    public var unchanged: Int
    /// How many pairs were not reached because the run was stopped.
    public var waiting: Int
    /// Whether the run was stopped before the end.
    public var isInterrupted: Bool { waiting > 0 }

    /// How many pairs ended so.
    public func count(_ outcome: ArchiveEntry.Outcome) -> Int { pairs.count { $0.outcome == outcome } }

    /// Whether every pair has labels.
    public var isSound: Bool { !isInterrupted && count(.failed) == 0 && count(.rejected) == 0 }

    /// A table with a row for each pair, and the numbers below it.
    public var text: String {
        var table = TextTable(
            columns: [
                .words("pair"), .words("verdict"), TextTable.Column(title: "confidence"),
                TextTable.Column(title: "seconds"), .words("under suspicion"),
            ])
        table.rows = pairs.map { entry in
            let isFound = entry.outcome != .failed
            return [
                entry.name, entry.outcome.rawValue, isFound ? Numeral.percent(entry.confidence) : "",
                isFound ? Numeral.fixed(entry.seconds, 1) : "", Self.remark(entry),
            ]
        }
        var parts = ArchiveEntry.Outcome.allCases.filter { count($0) > 0 }.map { "\(count($0)) \($0.rawValue)" }
        if waiting > 0 { parts.append("\(waiting) not reached") }
        if unchanged > 0 { parts.append("\(unchanged) of them from an earlier run") }
        var lines = [
            table.text, "", Numeral.count(pairs.count + waiting, "pair") + ": " + parts.joined(separator: ", "),
        ]
        if !alone.isEmpty {
            let shown = alone.prefix(5).joined(separator: ", ")
            lines.append("without a partner: \(shown)\(alone.count > 5 ? " and \(alone.count - 5) more" : "")")
        }
        return lines.joined(separator: "\n")
    }

    /// The error, or the suspicious regions in the order of their times.
    private static func remark(_ entry: ArchiveEntry) -> String {
        guard entry.outcome != .failed else { return entry.reason }
        let regions = entry.suspicions.map { "\($0.kind.rawValue) \(clock($0.start))-\(clock($0.end))" }
        let shown = regions.prefix(4).joined(separator: ", ")
        let text = regions.count > 4 ? "\(shown) and \(regions.count - 4) more" : shown
        return text.isEmpty && entry.outcome == .rejected ? entry.reason : text
    }

    /// "1:05".
    private static func clock(_ seconds: Double) -> String {
        guard seconds.isFinite, (0..<1e9).contains(seconds) else { return "?" }
        let whole = Int(seconds.rounded())
        return "\(whole / 60):\(whole % 60 < 10 ? "0" : "")\(whole % 60)"
    }
}
