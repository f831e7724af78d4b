/// A graphical element of a panel. Marks are drawn in order, the last one on top.
public enum Mark: Sendable, Equatable {
    case line(Line)
    case bars(Bars)
    case heatmap(Heatmap)
    case regions(Regions)

    /// The name in the legend.
    var label: String? {
        switch self {
        case .line(let line): line.label
        case .bars(let bars): bars.label
        case .heatmap, .regions: nil
        }
    }

    /// The range of drawable values on the two axes; nil if there are none.
    func extent(x: Axis.Kind, y: Axis.Kind) -> (x: ClosedRange<Double>, y: ClosedRange<Double>)? {
        let points: [(Double, Double)] =
            switch self {
            case .line(let line): Array(zip(line.x, line.y))
            case .bars(let bars):
                zip(bars.spans, bars.heights).flatMap { span, height in
                    [(span.lowerBound, bars.base), (span.lowerBound, height), (span.upperBound, height)]
                        .filter { _ in height.isFinite }
                }
            case .heatmap(let map):
                map.range == nil
                    ? [] : [(map.x.lowerBound, map.y.lowerBound), (map.x.upperBound, map.y.upperBound)]
            // Regions cover the whole height, whatever the y axis.
            case .regions(let regions): regions.spans.flatMap { [($0.x.lowerBound, 0.5), ($0.x.upperBound, 0.5)] }
            }
        var extent: (x: ClosedRange<Double>, y: ClosedRange<Double>)?
        for (a, b) in points where Self.isPlottable(a, x) && Self.isPlottable(b, y) {
            extent = extent.map { (Self.joined($0.x, a...a), Self.joined($0.y, b...b)) } ?? (a...a, b...b)
        }
        return extent
    }

    static func joined(_ a: ClosedRange<Double>, _ b: ClosedRange<Double>) -> ClosedRange<Double> {
        min(a.lowerBound, b.lowerBound)...max(a.upperBound, b.upperBound)
    }

    private static func isPlottable(_ value: Double, _ kind: Axis.Kind) -> Bool {
        Scale.isDrawable(value) && (kind == .linear || value >= 1e-100)
    }
}
