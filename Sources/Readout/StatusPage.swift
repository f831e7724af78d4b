import Terminal
import Wire

/// A `Status` as a page for people: sections of labelled values, wrapped to the width of the terminal, and side by side
/// on a wide one.
public struct StatusPage: Sendable {
    /// The narrowest page; a narrower terminal wraps it.
    static let minimumColumns = 40
    /// The width from which sections are placed side by side.
    static let wideColumns = 132
    private static let labelColumns = 11
    private static let gap = "    "

    /// The labels of each section; labels that aren't listed belong to the last one.
    private static let sections: [Set<String>] = [
        ["daemon"], ["source", "level", "sounding"], ["model", "delay", "analysed", "lost"],
        ["score", "following", "notes"], ["clients", "cost"],
    ]

    private let status: Status
    private let columns: Int
    private let colours: TerminalTraits.Colours

    /// - Parameters:
    ///   - columns: the width of the page.
    ///   - colours: the supported colours; none for a pipe or a file.
    public init(_ status: Status, columns: Int, colours: TerminalTraits.Colours) {
        self.status = status
        self.columns = max(columns, Self.minimumColumns)
        self.colours = colours
    }

    /// The page without a final line ending.
    public var text: String {
        let sections = sections
        guard columns >= Self.wideColumns else {
            return sections.map { lines($0, columns: columns) }.map { $0.map(\.text).joined(separator: "\n") }
                .joined(separator: "\n\n")
        }
        let width = (columns - Self.gap.count) / 2
        let head = lines(sections.first ?? [], columns: columns).map(\.text)
        // The left half describes the audio and its analysis, the right one the rest.
        let left = column(sections.dropFirst().prefix(2), width: width)
        let right = column(sections.dropFirst(3), width: width)
        let body = (0..<max(left.count, right.count)).map { index in
            let line = index < left.count ? left[index] : Line(text: "", length: 0)
            guard index < right.count, right[index].length > 0 else { return line.text }
            return line.text + String(repeating: " ", count: width - line.length) + Self.gap + right[index].text
        }
        return (head + [""] + body).joined(separator: "\n")
    }

    /// A line, and the number of its columns without escape sequences.
    private struct Line {
        var text: String
        var length: Int
    }

    private typealias Row = (label: String, value: String)

    private var sections: [[Row]] {
        var result = [[Row]](repeating: [], count: Self.sections.count)
        var current = 0
        for (label, value) in StatusTable(status).rows {
            if !label.isEmpty {
                current = Self.sections.firstIndex { $0.contains(label) } ?? Self.sections.count - 1
            }
            result[current].append((label, value))
        }
        return result.filter { !$0.isEmpty }
    }

    private func column(_ sections: ArraySlice<[Row]>, width: Int) -> [Line] {
        Array(sections.map { lines($0, columns: width) }.joined(separator: [Line(text: "", length: 0)]))
    }

    private func lines(_ rows: [Row], columns: Int) -> [Line] {
        var label = ""
        return rows.flatMap { row in
            if !row.label.isEmpty { label = row.label }
            let parts = Self.wrapped(row.value, width: columns - Self.labelColumns)
            return parts.enumerated().map { index, part in
                let name = index == 0 ? row.label : ""
                let padding = String(repeating: " ", count: Self.labelColumns - name.count)
                return Line(
                    text: paint(name, Palette.faint) + padding + paint(part, colour(of: label)),
                    length: Self.labelColumns + part.count)
            }
        }
    }

    /// Red for what has failed, yellow for what needs attention, green for a running source.
    private func colour(of label: String) -> Colour? {
        switch label {
        case "source":
            switch status.source.state {
            case .running: status.source.hasLostPriority == true ? Palette.warning : Palette.good
            case .waiting, .stalled: Palette.warning
            case .failed: Palette.alarm
            }
        case "lost": status.counters.lostFrames + status.counters.skippedHops > 0 ? Palette.warning : nil
        case "level": status.level.peak >= 0 ? Palette.alarm : nil
        default: nil
        }
    }

    private func paint(_ text: String, _ colour: Colour?) -> String {
        guard let colour, !text.isEmpty else { return text }
        return switch colours {
        case .none: text
        case .palette256: "\u{1B}[38;5;\(colour.paletteIndex)m\(text)\u{1B}[0m"
        case .direct: "\u{1B}[38;2;\(colour.red);\(colour.green);\(colour.blue)m\(text)\u{1B}[0m"
        }
    }

    /// Breaks `text` at spaces into lines of at most `width` characters; a longer word, such as a path, stays whole.
    static func wrapped(_ text: String, width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ", omittingEmptySubsequences: false) {
            if !line.isEmpty, line.count + 1 + word.count > width {
                lines.append(line)
                line = String(word)
            } else {
                line += (line.isEmpty ? "" : " ") + word
            }
        }
        return lines + [line]
    }
}
