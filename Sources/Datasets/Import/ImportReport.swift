import Basics

/// What an import has found, and done.
public struct ImportReport: Sendable, Equatable, Encodable {
    /// By name.
    public var recordings: [RecordingReport]
    /// Files that belong to no recording and have something wrong.
    public var others: [RecordingReport]
    /// Recordings that an earlier import had copied.
    public var unchanged: Int
    /// Where usable recordings are now.
    public var output: String?

    /// Recordings that can be trained and judged on.
    public var usable: Int { recordings.count { $0.isUsable } }
    /// Whether there is something to use, and nothing is worse than a warning.
    public var isSound: Bool {
        usable > 0 && !(recordings + others).contains { $0.findings.contains { $0.severity == .error } }
    }

    enum CodingKeys: String, CodingKey {
        case recordings, others, unchanged, output, usable
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(recordings, forKey: .recordings)
        try container.encode(others, forKey: .others)
        try container.encode(unchanged, forKey: .unchanged)
        try container.encodeIfPresent(output, forKey: .output)
        try container.encode(usable, forKey: .usable)
    }

    /// A summary by kind, and a line for each file with something wrong.
    public var text: String {
        let minutes = Numeral.fixed(recordings.reduce(0) { $0 + ($1.seconds ?? 0) } / 60, 1)
        let labels = Numeral.count(recordings.reduce(0) { $0 + $1.labels }, "label")
        var summary =
            "\(Numeral.count(recordings.count, "recording")), \(minutes) minutes, \(labels): \(usable) usable"
        if usable < recordings.count { summary += ", \(recordings.count - usable) not" }
        if let output {
            let done = unchanged > 0 ? " (there already: \(unchanged))" : ""
            summary += "\n\(usable) in '\(output)'\(done)"
        }
        return ([summary] + (kinds.map { [$0] } ?? ["nothing is wrong"]) + lines).joined(separator: "\n\n")
    }

    private var kinds: String? {
        let all = (recordings + others).flatMap(\.findings)
        guard !all.isEmpty else { return nil }
        var table = TextTable(
            columns: [.words("")] + TextTable.Column.numbers("files", "in all") + [.words("what is wrong")],
            hasRule: false)
        for kind in Finding.Kind.allCases {
            let some = all.filter { $0.kind == kind }
            guard !some.isEmpty else { continue }
            let count = some.reduce(0) { $0 + $1.count }
            table.rows.append(
                [kind.severity.rawValue, Numeral.grouped(some.count), Numeral.grouped(count), kind.title])
        }
        return table.text
    }

    private var lines: [String] {
        let lines = (recordings + others).filter { !$0.findings.isEmpty }.map { report in
            let findings = Finding.Severity.allCases.flatMap { severity in
                report.findings.filter { $0.severity == severity }.map { "\(severity.rawValue): \($0.detail)" }
            }
            return "\(report.name): \(findings.joined(separator: "; "))"
        }
        return lines.isEmpty ? [] : [lines.joined(separator: "\n")]
    }
}
