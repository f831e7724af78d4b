/// A grid of panels with a title above and a note below.
///
///     let figure = Figure(title: "Training", rows: [[panel]])
///     try figure.document(theme: .auto).write(to: "training.svg")
public struct Figure: Sendable, Equatable {
    public var title: String?
    /// A note in small print below the panels.
    public var note: String?
    /// Rows from the top, each from the left; the panels of a column are aligned and have the same width.
    public var rows: [[Panel]]
    /// The width in pixels; grows if a legend has to be placed beside a panel.
    public var width: Double
    /// The height of each panel between its axes, in pixels.
    public var panelHeight: Double
    /// The heights of the rows, if they differ; nil for `panelHeight` each.
    public var rowHeights: [Double]?
    /// The relative widths of the columns; nil for equal widths.
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
    /// - Throws: ``FiguresError/noData(_:)`` for a panel without finite values, ``FiguresError/invalid(_:)`` for an
    ///   invalid axis or figure size.
    public func document(theme: Theme = .auto) throws(FiguresError) -> SVGDocument {
        let layout = try FigureLayout(self)
        var writer = SVGWriter()
        FigurePainter(figure: self, layout: layout, theme: theme).paint(into: &writer)
        return SVGDocument(width: layout.size.width, height: layout.size.height, text: writer.text)
    }
}
