/// A table of text cells with column titles, formatted as plain text or Markdown.
public struct TextTable: Sendable {
    public struct Column: Sendable {
        public var title: String
        /// Numbers are right-aligned, words are left-aligned.
        public var isNumber: Bool

        public init(title: String, isNumber: Bool = true) {
            self.title = title
            self.isNumber = isNumber
        }

        public static func words(_ title: String) -> Column { Column(title: title, isNumber: false) }
        public static func numbers(_ titles: String...) -> [Column] { titles.map { Column(title: $0) } }
    }

    public var columns: [Column]
    /// One cell per column in each row; an empty row is drawn as a rule.
    public var rows: [[String]]
    /// Whether plain text has a rule below the column titles.
    public var hasRule: Bool

    public init(columns: [Column], rows: [[String]] = [], hasRule: Bool = true) {
        self.columns = columns
        self.rows = rows
        self.hasRule = hasRule
    }

    /// Plain text, aligned with spaces, without a trailing newline.
    public var text: String {
        let widths = widths
        func line(_ cells: [String]) -> String {
            let parts = cells.indices.map { Self.padded(cells[$0], widths[$0], columns[$0].isNumber) }
            let text = parts.joined(separator: "  ")
            return String(text.reversed().drop { $0 == " " }.reversed())
        }
        let rule = String(repeating: "-", count: widths.reduce(0, +) + 2 * (widths.count - 1))
        return ([line(columns.map(\.title))] + (hasRule ? [rule] : []) + rows.map { $0.isEmpty ? rule : line($0) })
            .joined(separator: "\n")
    }

    /// A Markdown pipe table, aligned so that the source is readable too. Rules are left out.
    public var markdown: String {
        let widths = widths.map { max($0, 4) }
        func line(_ cells: [String]) -> String {
            let parts = cells.indices.map {
                Self.padded(cells[$0].split(separator: "|").joined(separator: "\\|"), widths[$0], columns[$0].isNumber)
            }
            return "| " + parts.joined(separator: " | ") + " |"
        }
        let rule = columns.indices.map { index in
            columns[index].isNumber
                ? String(repeating: "-", count: widths[index] - 1) + ":" : String(repeating: "-", count: widths[index])
        }
        return ([line(columns.map(\.title)), line(rule)] + rows.filter { !$0.isEmpty }.map(line))
            .joined(separator: "\n")
    }

    private var widths: [Int] {
        columns.indices.map { index in
            rows.reduce(columns[index].title.count) { max($0, $1.isEmpty ? 0 : $1[index].count) }
        }
    }

    private static func padded(_ text: String, _ width: Int, _ isRight: Bool) -> String {
        let space = String(repeating: " ", count: max(0, width - text.count))
        return isRight ? space + text : text + space
    }
}
