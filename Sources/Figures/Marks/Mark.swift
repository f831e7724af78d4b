/// Something drawn in a panel. Marks are drawn in their order, the last on top.
public enum Mark: Sendable, Equatable {
    case line(Line)
    case bars(Bars)
    case heatmap(Heatmap)
    case regions(Regions)

    /// What the legend calls it.
    var label: String? {
        switch self {
        case .line(let line): line.label
        case .bars(let bars): bars.label
        case .heatmap, .regions: nil
        }
    }

    /// The extent of what can be drawn on the two axes; nil if nothing can.
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
            // They reach over the whole height, wherever that is.
            case .regions(let regions): regions.spans.flatMap { [($0.x.lowerBound, 0.5), ($0.x.upperBound, 0.5)] }
            }
        var extent: (x: ClosedRange<Double>, y: ClosedRange<Double>)?
        for (a, b) in points where Self.hasPlace(a, x) && Self.hasPlace(b, y) {
            extent = extent.map { (Self.joined($0.x, a...a), Self.joined($0.y, b...b)) } ?? (a...a, b...b)
        }
        return extent
    }

    static func joined(_ a: ClosedRange<Double>, _ b: ClosedRange<Double>) -> ClosedRange<Double> {
        min(a.lowerBound, b.lowerBound)...max(a.upperBound, b.upperBound)
    }

    private static func hasPlace(_ value: Double, _ kind: Axis.Kind) -> Bool {
        Scale.isDrawable(value) && (kind == .linear || value >= 1e-100)
    }
}
