/// Bars from a base to given heights: histograms and bar charts.
public struct Bars: Sendable, Equatable {
    /// The name in the legend; nil for none.
    public var label: String?
    /// The range of each bar on the x axis.
    public var spans: [ClosedRange<Double>]
    /// As many as `spans`. Bars whose height is not finite are left out.
    public var heights: [Double]
    public var base: Double
    public var style: SeriesStyle

    public init(
        _ label: String? = nil, spans: [ClosedRange<Double>], heights: [Double], base: Double = 0,
        style: SeriesStyle = .blue
    ) {
        self.label = label
        self.spans = spans
        self.heights = heights
        self.base = base
        self.style = style
    }

    /// Counts the `values` in each of `bins` equal parts of `range`. Values that are outside or not finite are ignored.
    ///
    /// A value on the border of two bins belongs to the upper one, the upper end of the range to the last one.
    public static func counts(of values: [Double], in range: ClosedRange<Double>, bins: Int) -> [Int] {
        guard bins > 0, range.upperBound > range.lowerBound else { return [] }
        var counts = [Int](repeating: 0, count: bins)
        let scale = Double(bins) / (range.upperBound - range.lowerBound)
        for value in values where range.contains(value) {
            counts[min(Int((value - range.lowerBound) * scale), bins - 1)] += 1
        }
        return counts
    }

    /// Makes adjacent bars over `range`, for ``counts(of:in:bins:)``.
    public static func histogram(
        _ label: String? = nil, heights: [Double], over range: ClosedRange<Double>, style: SeriesStyle = .blue
    ) -> Bars {
        let width = (range.upperBound - range.lowerBound) / Double(max(heights.count, 1))
        let spans = heights.indices.map { index in
            let low = range.lowerBound + Double(index) * width
            return low...max(low, low + width)
        }
        return Bars(label, spans: spans, heights: heights, style: style)
    }

    /// Makes one of the `count` series of a grouped bar chart. Bar i of each series lies in slot i...i + 1.
    ///
    /// Use with ``Axis/Labels/names(_:)``.
    public static func group(
        _ label: String? = nil, heights: [Double], series: Int, of count: Int, style: SeriesStyle? = nil
    ) -> Bars {
        let width = 0.8 / Double(max(count, 1))
        let spans = heights.indices.map { slot in
            let low = Double(slot) + 0.1 + Double(series) * width
            return low...low + width
        }
        return Bars(label, spans: spans, heights: heights, style: style ?? .series(series))
    }
}
