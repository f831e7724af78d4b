/// One plot: two axes and the marks between them.
public struct Panel: Sendable, Equatable {
    public enum LegendPlace: Sendable, Equatable {
        /// In an empty corner, or else beside the panel.
        case automatic
        case beside
        case none
    }

    public var title: String?
    /// Lines of text to the left of the panel, vertically centred, that describe a row of panels.
    public var sideLabels: [String]
    public var x: Axis
    public var y: Axis
    public var marks: [Mark]
    public var legend: LegendPlace

    public init(
        _ title: String? = nil, sideLabels: [String] = [], x: Axis, y: Axis, marks: [Mark],
        legend: LegendPlace = .automatic
    ) {
        self.title = title
        self.sideLabels = sideLabels
        self.x = x
        self.y = y
        self.marks = marks
        self.legend = legend
    }

    /// The range of all marks; nil if there are none.
    var extent: (x: ClosedRange<Double>, y: ClosedRange<Double>)? {
        var extent: (x: ClosedRange<Double>, y: ClosedRange<Double>)?
        for mark in marks {
            guard let next = mark.extent(x: x.kind, y: y.kind) else { continue }
            extent = extent.map { (Mark.joined($0.x, next.x), Mark.joined($0.y, next.y)) } ?? next
        }
        return extent
    }

    /// The heatmap that the colour bar belongs to.
    var heatmap: Heatmap? {
        for case .heatmap(let map) in marks where map.range != nil && map.hasColorBar { return map }
        return nil
    }

    /// Whether the panel shows a heatmap.
    var isPicture: Bool {
        marks.contains { if case .heatmap = $0 { true } else { false } }
    }
}
