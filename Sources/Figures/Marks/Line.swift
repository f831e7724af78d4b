/// Points joined by straight lines.
///
/// A point with a coordinate that is not finite leaves a gap. However many points there are, the file holds no more than the
/// eye can see: where several share a pixel column, the lowest and the highest are kept.
public struct Line: Sendable, Equatable {
    /// In the legend; nil for none.
    public var label: String?
    /// As many as `y`; further ones of the longer are ignored.
    public var x: [Double]
    public var y: [Double]
    public var style: SeriesStyle
    /// Draws a dot at each point as well: for measurements that are few.
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

/// Colour, dashes and weight of a series.
public struct SeriesStyle: Sendable, Equatable {
    /// 0 blue, 1 vermilion, 2 green, 3 purple, 4 orange, 5 sky blue, 6 grey; higher numbers begin again.
    public var color: Int
    /// 0 is solid; up to 3 patterns of dashes, then again.
    public var dash: Int
    /// Pixels.
    public var width: Double

    public init(color: Int, dash: Int = 0, width: Double = 1.8) {
        self.color = color
        self.dash = dash
        self.width = width
    }

    public static let blue = SeriesStyle(color: 0)
    public static let red = SeriesStyle(color: 1)
    public static let green = SeriesStyle(color: 2)

    /// The style of the `index`-th of many series: when colours run out, dashes tell them apart.
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
