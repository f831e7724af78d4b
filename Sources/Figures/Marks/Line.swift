/// Points connected by straight lines.
///
/// A point whose coordinates are not finite leaves a gap. The file size is bounded for any number of points: of the
/// points in one pixel column, only the lowest and the highest are kept.
public struct Line: Sendable, Equatable {
    /// The name in the legend; nil for none.
    public var label: String?
    /// As many as `y`; surplus values of the longer array are ignored.
    public var x: [Double]
    public var y: [Double]
    public var style: SeriesStyle
    /// Whether a dot is drawn at each point, for sparse measurements.
    public var hasDots: Bool

    public init(
        _ label: String? = nil, x: [Double], y: [Double], style: SeriesStyle = .blue, hasDots: Bool = false
    ) {
        self.label = label
        self.x = x
        self.y = y
        self.style = style
        self.hasDots = hasDots
    }
}

/// Colour, dash pattern and line width of a series.
public struct SeriesStyle: Sendable, Equatable {
    /// 0 blue, 1 vermilion, 2 green, 3 purple, 4 orange, 5 sky blue, 6 grey; higher numbers start over.
    public var color: Int
    /// 0 is solid, 1 to 3 are dash patterns; higher numbers start over.
    public var dash: Int
    /// Line width in pixels.
    public var width: Double

    public init(color: Int, dash: Int = 0, width: Double = 1.8) {
        self.color = color
        self.dash = dash
        self.width = width
    }

    public static let blue = SeriesStyle(color: 0)
    public static let red = SeriesStyle(color: 1)
    public static let green = SeriesStyle(color: 2)

    /// The style of the series `index`: once all colours are used, dash patterns distinguish the series.
    public static func series(_ index: Int) -> SeriesStyle {
        SeriesStyle(color: index % StyleSheet.seriesCount, dash: index / StyleSheet.seriesCount)
    }

    var colorIndex: Int { ((color % StyleSheet.seriesCount) + StyleSheet.seriesCount) % StyleSheet.seriesCount }

    /// The value of `stroke-dasharray`.
    var dashes: String {
        let patterns = ["none", "7 4", "2 4", "9 4 2 4"]
        return patterns[((dash % patterns.count) + patterns.count) % patterns.count]
    }
}
