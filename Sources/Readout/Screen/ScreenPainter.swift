import Terminal

/// Encodes the difference between successive screens as terminal output.
///
/// Only changed cells are sent, within a synchronised update (mode 2026, ignored by terminals without it) to prevent
/// tearing.
public struct ScreenPainter: Sendable {
    private let colours: TerminalTraits.Colours
    private var shown: CellGrid?

    public init(colours: TerminalTraits.Colours) {
        self.colours = colours
    }

    /// Forces a full repaint, as needed after a resize or a suspension.
    public mutating func invalidate() {
        shown = nil
    }

    /// The output that changes the screen to `grid`; empty if nothing has changed.
    public mutating func bytes(for grid: CellGrid) -> [UInt8] {
        var output = ""
        let previous = shown?.columns == grid.columns && shown?.rows == grid.rows ? shown : nil
        if previous == nil { output += "\u{1B}[0m\u{1B}[2J" }
        var style: Cell?
        for row in 0..<grid.rows {
            var cursor: Int?
            for column in 0..<grid.columns {
                let cell = grid[row, column]
                if let previous, previous[row, column] == cell { continue }
                if previous == nil, cell == .blank { continue }
                if cursor != column { output += "\u{1B}[\(row + 1);\(column + 1)H" }
                if style.map({ !hasStyle(of: $0, cell) }) ?? true {
                    output += escape(for: cell)
                    style = cell
                }
                output.unicodeScalars.append(cell.character)
                cursor = column + 1
            }
        }
        shown = grid
        guard !output.isEmpty else { return [] }
        return Array("\u{1B}[?2026h\(output)\u{1B}[0m\u{1B}[?2026l".utf8)
    }

    private func hasStyle(of cell: Cell, _ other: Cell) -> Bool {
        cell.foreground == other.foreground && cell.background == other.background && cell.isBold == other.isBold
    }

    private func escape(for cell: Cell) -> String {
        var codes = "0"
        if cell.isBold { codes += ";1" }
        if let colour = cell.foreground { codes += code(for: colour, base: 38) }
        if let colour = cell.background { codes += code(for: colour, base: 48) }
        return "\u{1B}[\(codes)m"
    }

    /// - Parameter base: 38 for the foreground, 48 for the background.
    private func code(for colour: Colour, base: Int) -> String {
        switch colours {
        case .none: ""
        case .palette256: ";\(base);5;\(colour.paletteIndex)"
        case .direct: ";\(base);2;\(colour.red);\(colour.green);\(colour.blue)"
        }
    }
}
