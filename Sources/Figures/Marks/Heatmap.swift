/// A matrix of numbers drawn as colours, with a colour bar beside the panel.
public struct Heatmap: Sendable, Equatable {
    /// How the cells are written to the file.
    public enum Rendering: Sendable, Equatable {
        /// As vector shapes: sharp at any size. The resolution is reduced if the cells differ so much that the file
        /// would become large.
        case cells
        /// As a compressed image of at most 1,600 by 1,600 pixels: for spectrograms and other noisy data.
        case image
    }

    public let rows: Int
    public let columns: Int
    /// Row by row, starting with the bottom row. Values that are not finite are drawn grey.
    public let values: [Double]
    /// The ranges that the matrix covers on the two axes, which must be linear.
    public var x: ClosedRange<Double>
    public var y: ClosedRange<Double>
    public var colors: ColorMap
    /// The values of the lowest and highest colours; values outside are clamped.
    public var range: ClosedRange<Double>?
    /// The title of the colour bar.
    public var title: String?
    public var rendering: Rendering
    /// Whether a colour bar is drawn beside the panel.
    public var hasColorBar: Bool

    /// - Parameters:
    ///   - values: `rows` times `columns` values.
    ///   - x: nil for 0...columns.
    ///   - y: nil for 0...rows.
    ///   - range: nil for the range of the values.
    /// - Throws: ``FiguresError/invalid(_:)`` if the number of values is not rows times columns or `range` is not
    ///   finite.
    public init(
        rows: Int, columns: Int, values: [Double], x: ClosedRange<Double>? = nil, y: ClosedRange<Double>? = nil,
        colors: ColorMap = .viridis, range: ClosedRange<Double>? = nil, title: String? = nil,
        rendering: Rendering = .cells, hasColorBar: Bool = true
    ) throws(FiguresError) {
        let (size, overflow) = rows.multipliedReportingOverflow(by: columns)
        guard rows > 0, columns > 0, !overflow, size == values.count else {
            throw .invalid("a heatmap of \(rows) rows and \(columns) columns with \(values.count) values")
        }
        if let range, !Scale.isDrawable(range.lowerBound) || !Scale.isDrawable(range.upperBound) {
            throw .invalid("a heatmap with colours from \(range.lowerBound) to \(range.upperBound)")
        }
        self.rows = rows
        self.columns = columns
        self.values = values
        self.x = x ?? 0...Double(columns)
        self.y = y ?? 0...Double(rows)
        self.colors = colors
        self.range = range ?? Self.extent(values)
        self.title = title
        self.rendering = rendering
        self.hasColorBar = hasColorBar
    }

    private static func extent(_ values: [Double]) -> ClosedRange<Double>? {
        var extent: ClosedRange<Double>?
        for value in values where Scale.isDrawable(value) {
            extent = extent.map { Mark.joined($0, value...value) } ?? value...value
        }
        return extent
    }
}
