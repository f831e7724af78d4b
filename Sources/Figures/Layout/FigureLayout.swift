/// Computes the layout of a figure: margins from text widths, then columns, rows, marks and legends.
struct FigureLayout {
    static let margin = 14.0
    private static let gap = 8.0
    static let lineHeight = 1.3

    /// Panels by row and column.
    private(set) var panels: [[PanelLayout]] = []
    private var heights: [Double] = []
    private(set) var size: (width: Double, height: Double) = (0, 0)
    private(set) var titleLines: [String] = []
    private(set) var noteLines: [String] = []
    private(set) var noteTop = 0.0

    init(_ figure: Figure) throws(FiguresError) {
        let columns = figure.rows.map(\.count).max() ?? 0
        guard columns > 0 else { throw .noData("the figure has no panels") }
        guard (80...20_000).contains(figure.width), (10...10_000).contains(figure.panelHeight) else {
            throw .invalid("a width of \(figure.width) and a panel height of \(figure.panelHeight)")
        }
        let shares = figure.columnShares ?? [Double](repeating: 1, count: columns)
        guard shares.count == columns, shares.allSatisfy({ $0 > 0 && $0.isFinite }) else {
            throw .invalid("\(columns) columns with the relative widths \(shares)")
        }
        let heights = figure.rowHeights ?? [Double](repeating: figure.panelHeight, count: figure.rows.count)
        guard heights.count == figure.rows.count, heights.allSatisfy({ (10...10_000).contains($0) }) else {
            throw .invalid("\(figure.rows.count) rows with the heights \(heights)")
        }
        self.heights = heights
        for (row, height) in zip(figure.rows, heights) {
            var layouts: [PanelLayout] = []
            for panel in row { layouts.append(try PanelLayout(panel, height: height)) }
            panels.append(layouts)
        }
        // A legend without a free corner needs room beside its panel, and slanted labels need room to the left. The
        // layout is then repeated with that room; each round satisfies at least one panel.
        for _ in 0...panels.joined().count + 6 where try arrange(figure, shares: shares) { break }
    }

    /// - Returns: false if something needs more room than it has.
    private mutating func arrange(_ figure: Figure, shares: [Double]) throws(FiguresError) -> Bool {
        let columns = shares.count
        let left = (0..<columns).map { column in largest(in: column) { $0.left } }
        let right = (0..<columns).map { column in largest(in: column) { $0.right } }
        // Legends beside panels widen the figure instead of narrowing the panels.
        let beside = (0..<columns).map { column in largest(in: column) { $0.right - Self.rightWithoutLegend($0) } }
            .reduce(0, +)
        let margins = zip(left, right).reduce(2 * Self.margin) { $0 + $1.0 + $1.1 } - beside
        let room = max(figure.width - margins, 60 * Double(columns))
        let unit = room / shares.reduce(0, +)
        size.width = (room + margins + beside).rounded(.up)

        let inner = size.width - 2 * Self.margin
        titleLines = TextMetrics.wrapped(figure.title ?? "", size: StyleSheet.titleSize * 1.05, width: inner)
        noteLines = TextMetrics.wrapped(figure.note ?? "", size: StyleSheet.noteSize, width: inner)

        var isPlaced = true
        var y = Self.margin + Double(titleLines.count) * StyleSheet.titleSize * Self.lineHeight
        for row in panels.indices {
            for column in panels[row].indices { try panels[row][column].setWidth(shares[column] * unit) }
            y += panels[row].map(\.top).max() ?? 0
            var x = Self.margin
            for column in panels[row].indices {
                x += left[column]
                isPlaced = isPlaced && panels[row][column].left <= left[column] + 1
                let plot = Rect(x: x, y: y, width: shares[column] * unit, height: heights[row])
                isPlaced = panels[row][column].place(in: plot) && isPlaced
                x += plot.width + right[column]
            }
            let legends = panels[row].compactMap { $0.legendRect?.maxY }.max() ?? 0
            y = max(y + heights[row] + (panels[row].map(\.bottom).max() ?? 0), legends)
            y += row == panels.count - 1 ? 0 : Self.gap
        }
        noteTop = y + Self.gap
        let note = Double(noteLines.count) * StyleSheet.noteSize * Self.lineHeight
        size.height = (y + (noteLines.isEmpty ? 0 : Self.gap + note) + Self.margin).rounded(.up)
        return isPlaced
    }

    /// The largest value of a margin among the panels of a column.
    private func largest(in column: Int, _ margin: (PanelLayout) -> Double) -> Double {
        panels.compactMap { $0.indices.contains(column) ? margin($0[column]) : nil }.max() ?? 0
    }

    private static func rightWithoutLegend(_ panel: PanelLayout) -> Double {
        panel.right - (panel.isLegendBeside && !panel.legend.entries.isEmpty ? panel.legend.width : 0)
    }
}
