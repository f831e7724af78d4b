import Terminal

/// One character cell of the screen.
public struct Cell: Hashable, Sendable {
    public var character: Unicode.Scalar
    /// Nil for the terminal's default colours.
    public var foreground: Colour?
    public var background: Colour?
    public var isBold: Bool

    public init(
        _ character: Unicode.Scalar, foreground: Colour? = nil, background: Colour? = nil, isBold: Bool = false
    ) {
        self.character = character
        self.foreground = foreground
        self.background = background
        self.isBold = isBold
    }

    public static let blank = Cell(" ")

    /// Block characters.
    enum Block {
        static let full: Unicode.Scalar = "\u{2588}"
        static let upperHalf: Unicode.Scalar = "\u{2580}"
        static let lowerHalf: Unicode.Scalar = "\u{2584}"
        /// From empty to full in eighths of the width.
        static let leftEighths: [Unicode.Scalar] = [
            " ", "\u{258F}", "\u{258E}", "\u{258D}", "\u{258C}", "\u{258B}", "\u{258A}", "\u{2589}", "\u{2588}",
        ]
    }
}

/// A grid of cells. Writes outside it are ignored, so layouts need no special case for tiny terminals.
public struct CellGrid: Hashable, Sendable {
    public let columns: Int
    public let rows: Int
    private var cells: [Cell]

    public init(size: TerminalSize) {
        columns = min(max(size.columns, 1), 2000)
        rows = min(max(size.rows, 1), 1000)
        cells = [Cell](repeating: .blank, count: columns * rows)
    }

    /// Reading outside the grid returns a blank.
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

    /// Writes text from `column` to the right, truncated to `limit` columns and at the edge.
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

    /// Fills part of a row with one cell.
    mutating func fill(row: Int, columns range: Range<Int>, with cell: Cell) {
        for column in range.clamped(to: 0..<columns) { self[row, column] = cell }
    }

    /// The characters of all rows, one line per row, without trailing spaces.
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

    /// Replaces characters that could move the cursor or are not exactly one column wide.
    private static func printable(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0: "?"
        case 0x300..<0x370, 0x483..<0x48A, 0x591..<0x5BE, 0x610..<0x61B, 0x64B..<0x660: "?"
        case 0x1100..<0x2000, 0x200B..<0x2010, 0x2028..<0x2030, 0x2060..<0x2070, 0x2E80...: "?"
        default: scalar
        }
    }
}
