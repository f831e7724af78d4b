import Evaluation
import Foundation

/// Some columns of a CSV file with a header line, which are selected by their titles.
struct NumberTable {
    /// The cells of a line, in the order of the selected titles.
    struct Row {
        /// Line number in the file; the header is line 1.
        var line: Int
        var cells: [Substring]
    }

    let path: String
    private(set) var rows: [Row] = []

    /// - Parameter mayBeEmpty: whether the table may consist of a header line alone.
    /// - Throws: `EvaluationError.unreadable`, `.badTable`.
    init(path: String, titles: [String], mayBeEmpty: Bool = false) throws(EvaluationError) {
        let text: String
        do { text = try String(contentsOfFile: path, encoding: .utf8) } catch {
            throw .unreadable(path: path, reason: "the file does not exist, is not readable, or is not UTF-8 text")
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
                throw .badTable(path: path, reason: "it has no column '\(title)'")
            }
            columns.append(column)
        }
        let last = columns.max() ?? 0
        for (index, line) in lines.enumerated().dropFirst() where !line.allSatisfy({ $0 == " " }) {
            let cells = Self.cells(line)
            guard cells.count > last else {
                throw .badTable(path: path, reason: "line \(index + 1) has \(cells.count) of \(head.count) columns")
            }
            rows.append(Row(line: index + 1, cells: columns.map { cells[$0] }))
        }
        guard mayBeEmpty || !rows.isEmpty else { throw .badTable(path: path, reason: "it has no rows") }
    }

    /// The number in a cell.
    ///
    /// - Throws: `EvaluationError.badTable` if the cell has no finite number.
    func number(_ row: Row, _ column: Int) throws(EvaluationError) -> Double {
        guard let number = Double(row.cells[column]), number.isFinite else {
            throw .badTable(path: path, reason: "line \(row.line): '\(row.cells[column])' is not a finite number")
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
