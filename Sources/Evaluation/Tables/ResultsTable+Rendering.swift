import Basics

extension ResultsTable {
    /// The caption and the table as aligned plain text.
    public var text: String { caption + "\n\n" + table.text }

    /// The caption in bold and a Markdown table.
    public var markdown: String { "**\(caption)**\n\n" + table.markdown }

    private var table: TextTable {
        let hasPaper = rows.contains { $0.paper != nil }
        let hasTraining =
            kind == .benchmark && rows.contains { $0.steps != nil || $0.windowsSeen != nil || $0.hours != nil }
        var titles = [TextTable.Column(title: "Representation", isNumber: false), .init(title: "Window Size")]
        titles += columns.map { .init(title: $0.title) }
        if hasPaper { titles += columns.map { .init(title: "paper \(Self.short($0.title))") } }
        if hasTraining { titles += ["Steps", "Windows", "Hours"].map { .init(title: $0) } }
        var result = TextTable(columns: titles)
        for row in rows {
            var cells = [name(row), Numeral.grouped(row.window)]
            cells += formatted(row.values)
            if hasPaper { cells += row.paper.map(formatted) ?? columns.map { _ in "-" } }
            if hasTraining {
                cells += [
                    row.steps.map(Numeral.grouped) ?? "-", row.windowsSeen.map(Numeral.grouped) ?? "-",
                    row.hours.map(Decimals.hours) ?? "-",
                ]
            }
            result.rows.append(cells)
        }
        return result
    }

    private func formatted(_ values: [Double]) -> [String] {
        zip(columns, values).map { $0.isPercent ? Numeral.percent($1) : Decimals.error($1) }
    }

    /// The representation, followed by the model's name if another row has the same representation and window.
    private func name(_ row: Row) -> String {
        let isUnique = rows.count { $0.representation == row.representation && $0.window == row.window } == 1
        return isUnique || row.representation == row.model
            ? row.representation : "\(row.representation) (\(row.model))"
    }

    private static func short(_ title: String) -> String {
        switch title {
        case "Precision": "P"
        case "Recall": "R"
        case "Average Precision": "AP"
        default: title
        }
    }
}

extension ResultsTable: Encodable {
    private struct Key: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }

        init(_ text: String) { stringValue = text }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    /// Encodes `number`, `recording`, `caption`, `frames` and `rows`. A row's metrics are entries by name, and the
    /// paper's are in `paper`.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encodeIfPresent(number, forKey: Key("number"))
        if case .recording(let name) = kind { try values.encode(name, forKey: Key("recording")) }
        try values.encode(caption, forKey: Key("caption"))
        try values.encode(frames, forKey: Key("frames"))
        var list = values.nestedUnkeyedContainer(forKey: Key("rows"))
        for row in rows {
            var item = list.nestedContainer(keyedBy: Key.self)
            try item.encode(row.model, forKey: Key("model"))
            try item.encode(row.representation, forKey: Key("representation"))
            try item.encode(row.window, forKey: Key("window"))
            try item.encode(row.threshold, forKey: Key("threshold"))
            for (column, value) in zip(columns, row.values) { try item.encode(value, forKey: Key(column.key)) }
            try item.encodeIfPresent(row.steps, forKey: Key("steps"))
            try item.encodeIfPresent(row.windowsSeen, forKey: Key("windows_seen"))
            try item.encodeIfPresent(row.hours, forKey: Key("hours"))
            guard let paper = row.paper else { continue }
            var figures = item.nestedContainer(keyedBy: Key.self, forKey: Key("paper"))
            for (column, value) in zip(columns, paper) { try figures.encode(value, forKey: Key(column.key)) }
        }
    }
}

/// Number formats of the paper's tables that other tables don't use.
enum Decimals {
    /// ".634", "1.052".
    static func error(_ value: Double) -> String {
        let text = Numeral.fixed(value, 3)
        return text.hasPrefix("0.") ? String(text.dropFirst()) : text
    }

    /// "6.4" hours, "0.35", "0.004".
    static func hours(_ value: Double) -> String { Numeral.fixed(value, value >= 1 ? 1 : value >= 0.1 ? 2 : 3) }
}
