/// Rectangles from a base to heights: histograms and bar charts.
public struct Bars: Sendable, Equatable {
    /// In the legend; nil for none.
    public var label: String?
    /// From where to where on the x axis each bar reaches.
    public var spans: [ClosedRange<Double>]
    /// As many as `spans`; bars whose height is not finite are left out.
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

    /// How often `values` fall into each of `bins` equal parts of `range`. Values outside, or not finite, are not counted.
    ///
    /// A value on the border of two bins belongs to the upper one; the range's upper end to the last.
    public static func counts(of values: [Double], in range: ClosedRange<Double>, bins: Int) -> [Int] {
        guard bins > 0, range.upperBound > range.lowerBound else { return [] }
        var counts = [Int](repeating: 0, count: bins)
        let scale = Double(bins) / (range.upperBound - range.lowerBound)
        for value in values where range.contains(value) {
            counts[min(Int((value - range.lowerBound) * scale), bins - 1)] += 1
        }
        return counts
    }

    /// Bars side by side over `range`, for ``counts(of:in:bins:)``.
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

    /// One of `count` series of a grouped bar chart: bar i of each lies in slot i...i + 1, beside those of the others.
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
