/// Panels in a grid, with a title above and a note below.
///
///     let figure = Figure(title: "Training", rows: [[panel]])
///     try figure.document(theme: .auto).write(to: "training.svg")
public struct Figure: Sendable, Equatable {
    public var title: String?
    /// Small print below the panels.
    public var note: String?
    /// From the top, each from the left; the panels of a column have the same width and lie below each other.
    public var rows: [[Panel]]
    /// Pixels; grows where a legend has to lie beside a panel.
    public var width: Double
    /// Height of each panel between its axes, in pixels.
    public var panelHeight: Double
    /// Heights of the rows, where they differ; nil for `panelHeight` each.
    public var rowHeights: [Double]?
    /// How the width is shared between columns; nil for equally.
    public var columnShares: [Double]?

    public init(
        title: String? = nil, note: String? = nil, rows: [[Panel]], width: Double = 760, panelHeight: Double = 300,
        columnShares: [Double]? = nil, rowHeights: [Double]? = nil
    ) {
        self.title = title
        self.note = note
        self.rows = rows
        self.width = width
        self.panelHeight = panelHeight
        self.columnShares = columnShares
        self.rowHeights = rowHeights
    }

    /// Draws the figure.
    ///
    /// - Throws: ``FiguresError/noData(_:)`` for a panel with nothing finite in it, ``FiguresError/invalid(_:)`` for an
    ///   axis that can't be, and for a figure of unusable size.
    public func document(theme: Theme = .auto) throws(FiguresError) -> SVGDocument {
        let layout = try FigureLayout(self)
        var writer = SVGWriter()
        FigurePainter(figure: self, layout: layout, theme: theme).paint(into: &writer)
        return SVGDocument(width: layout.size.width, height: layout.size.height, text: writer.text)
    }
}
