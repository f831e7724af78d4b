import Basics

/// The result of an import.
public struct ImportReport: Sendable, Equatable, Encodable {
    /// In order of name.
    public var recordings: [RecordingReport]
    /// Files with problems that belong to no recording.
    public var others: [RecordingReport]
    /// The number of recordings copied by an earlier import.
    public var unchanged: Int
    /// The folder of the usable recordings.
    public var output: String?

    /// The number of usable recordings.
    public var usable: Int { recordings.count { $0.isUsable } }
    /// Whether there are usable recordings and no errors.
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

    /// A summary by category, and one line per file with problems.
    public var text: String {
        let minutes = Numeral.fixed(recordings.reduce(0) { $0 + ($1.seconds ?? 0) } / 60, 1)
        let labels = Numeral.count(recordings.reduce(0) { $0 + $1.labels }, "label")
        var summary =
            "\(Numeral.count(recordings.count, "recording")), \(minutes) minutes, \(labels): \(usable) usable"
        if usable < recordings.count { summary += ", \(recordings.count - usable) not" }
        if let output {
            let done = unchanged > 0 ? " (\(unchanged) already present)" : ""
            summary += "\n\(usable) in '\(output)'\(done)"
        }
        return ([summary] + (kinds.map { [$0] } ?? ["no problems found"]) + lines).joined(separator: "\n\n")
    }

    private var kinds: String? {
        let all = (recordings + others).flatMap(\.findings)
        guard !all.isEmpty else { return nil }
        var table = TextTable(
            columns: [.words("")] + TextTable.Column.numbers("files", "total") + [.words("problem")],
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
