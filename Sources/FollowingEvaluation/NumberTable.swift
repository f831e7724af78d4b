import Evaluation
import Foundation

/// The columns of a CSV file with a title line, by their titles; other columns are ignored.
struct NumberTable {
    /// A line's cells, in the order in which the titles were asked for.
    struct Row {
        /// From 1, the title line counted.
        var line: Int
        var cells: [Substring]
    }

    let path: String
    private(set) var rows: [Row] = []

    /// - Parameter mayBeEmpty: whether a title line alone is a table.
    /// - Throws: `EvaluationError.unreadable`, `.badTable`.
    init(path: String, titles: [String], mayBeEmpty: Bool = false) throws(EvaluationError) {
        let text: String
        do { text = try String(contentsOfFile: path, encoding: .utf8) } catch {
            throw .unreadable(path: path, reason: "there is no such text file, or it may not be read")
        }
        try self.init(text: text, path: path, titles: titles, mayBeEmpty: mayBeEmpty)
    }

    /// - Parameter path: for messages.
    init(text: String, path: String, titles: [String], mayBeEmpty: Bool = false) throws(EvaluationError) {
        self.path = path
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        let head = Self.cells(lines.first ?? "")
        var columns: [Int] = []
        for title in titles {
            guard let column = head.firstIndex(where: { $0 == title }) else {
                throw .badTable(path: path, reason: "it has no column \(title)")
            }
            columns.append(column)
        }
        let last = columns.max() ?? 0
        for (index, line) in lines.enumerated().dropFirst() where !line.allSatisfy({ $0 == " " }) {
            let cells = Self.cells(line)
            guard cells.count > last else {
                throw .badTable(path: path, reason: "line \(index + 1) has \(cells.count) columns of \(head.count)")
            }
            rows.append(Row(line: index + 1, cells: columns.map { cells[$0] }))
        }
        guard mayBeEmpty || !rows.isEmpty else { throw .badTable(path: path, reason: "it has no rows") }
    }

    /// The number in a cell.
    ///
    /// - Throws: `EvaluationError.badTable` if it is none, or not finite.
    func number(_ row: Row, _ column: Int) throws(EvaluationError) -> Double {
        guard let number = Double(row.cells[column]), number.isFinite else {
            throw .badTable(path: path, reason: "line \(row.line) has '\(row.cells[column])' where a number should be")
        }
        return number
    }

    private static func cells(_ line: Substring) -> [Substring] {
        line.split(separator: ",", omittingEmptySubsequences: false).map { cell in
            var cell = cell
            while cell.first == " " { cell.removeFirst() }
            while cell.last == " " { cell.removeLast() }
            return cell
        }
    }
}
