import Terminal

/// A screenful of cells. Writing outside it does nothing, so a layout need not mind a tiny terminal.
public struct CellGrid: Hashable, Sendable {
    public let columns: Int
    public let rows: Int
    private var cells: [Cell]

    public init(size: TerminalSize) {
        columns = min(max(size.columns, 1), 2000)
        rows = min(max(size.rows, 1), 1000)
        cells = [Cell](repeating: .blank, count: columns * rows)
    }

    /// Reading outside the grid gives a blank.
    public subscript(row: Int, column: Int) -> Cell {
        get {
            guard contains(row, column) else { return .blank }
            return cells[row * columns + column]
        }
        set {
            guard contains(row, column) else { return }
            cells[row * columns + column] = newValue
        }
    }

    /// Writes a text from `column` rightwards, cut at `limit` columns and at the edge.
    /// - Returns: the column after the last one written.
    @discardableResult
    mutating func write(
        _ text: String, row: Int, column: Int, foreground: Colour? = nil, background: Colour? = nil,
        isBold: Bool = false, limit: Int = .max
    ) -> Int {
        var position = column
        let end = min(columns, limit < columns ? column + limit : columns)
        for scalar in text.unicodeScalars {
            guard position < end else { break }
            self[row, position] = Cell(
                Self.printable(scalar), foreground: foreground, background: background, isBold: isBold)
            position += 1
        }
        return position
    }

    /// Fills a row between two columns with the same cell.
    mutating func fill(row: Int, columns range: Range<Int>, with cell: Cell) {
        for column in range.clamped(to: 0..<columns) { self[row, column] = cell }
    }

    /// The characters alone, a line for each row, without trailing blanks.
    public var text: String {
        (0..<rows).map { row in
            var line = String(String.UnicodeScalarView((0..<columns).map { self[row, $0].character }))
            while line.last == " " { line.removeLast() }
            return line
        }.joined(separator: "\n")
    }

    private func contains(_ row: Int, _ column: Int) -> Bool {
        row >= 0 && row < rows && column >= 0 && column < columns
    }

    /// Text from outside must neither move the cursor nor take more or less than one column.
    private static func printable(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0: "?"
        case 0x300..<0x370, 0x483..<0x48A, 0x591..<0x5BE, 0x610..<0x61B, 0x64B..<0x660: "?"
        case 0x1100..<0x2000, 0x200B..<0x2010, 0x2028..<0x2030, 0x2060..<0x2070, 0x2E80...: "?"
        default: scalar
        }
    }
}
