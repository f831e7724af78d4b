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
