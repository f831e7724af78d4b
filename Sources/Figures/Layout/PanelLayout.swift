import Foundation

/// The layout of one panel, in pixels.
struct PanelLayout: Equatable {
    /// The slant, in degrees, of names that are too long to fit side by side.
    static let slant = 35.0
    /// The maximum length of slanted names in pixels; longer ones are truncated.
    static let longestName = 190.0
    static let colorBarWidth = 12.0

    let panel: Panel
    let legend: Legend
    let yScale: Scale
    let yTicks: Ticks
    /// Set once the width is known.
    var xScale: Scale
    var xTicks = Ticks.none
    var isSlanted = false
    /// How far slanted names extend to the left of the axis.
    private var overhang = 0.0
    /// The area between the axes.
    var plot = Rect(x: 0, y: 0, width: 0, height: 0)
    var legendRect: Rect?
    var marks: [PlacedMark] = []
    /// Whether the legend is beside the panel, for lack of a free corner.
    var isLegendBeside: Bool

    init(_ panel: Panel, height: Double) throws(FiguresError) {
        legend = Legend(panel)
        isLegendBeside = panel.legend == .beside || panel.isPicture
        guard let extent = panel.extent else {
            throw .noData("\(panel.title.map { "the panel '\($0)'" } ?? "a panel") has no finite value")
        }
        let target = max(Int(height / 42), 2)
        // Rounding the axes up would leave an empty margin around a heatmap.
        var panel = panel
        if panel.isPicture { (panel.x.isTight, panel.y.isTight) = (true, true) }
        self.panel = panel
        yScale = try panel.y.scale(data: extent.y, target: target)
        yTicks = panel.y.ticks(on: yScale, target: target)
        xScale = try panel.x.scale(data: extent.x, target: 7)
    }

    // MARK: Margins

    /// Room to the left of the axis: side labels, axis title, tick labels.
    var left: Double {
        let side = panel.sideLabels.map { TextMetrics.width($0, size: StyleSheet.tickSize) }.max().map { $0 + 12 } ?? 0
        let title = panel.y.title == nil ? 0 : StyleSheet.axisTitleSize + 8
        let numbers = yTickWidth
        return max(side + title + (numbers > 0 ? numbers + 10 : 4), overhang, 10)
    }

    private var yTickWidth: Double {
        switch panel.y.labels {
        case .hidden, .none: 0
        case .numbers, .names, .places:
            yTicks.ticks.map { TextMetrics.width($0.label, size: StyleSheet.tickSize) }.max() ?? 0
        }
    }

    /// The x coordinate of the centre of the vertical title.
    var yTitleX: Double { plot.minX - (yTickWidth > 0 ? yTickWidth + 10 : 4) - StyleSheet.axisTitleSize / 2 - 4 }

    /// Room to the right: half of the last tick label, the colour bar, the legend.
    var right: Double {
        20 + (panel.heatmap == nil ? 0 : colorBarRoom) + (isLegendBeside && !legend.entries.isEmpty ? legend.width : 0)
    }

    /// The scale and ticks of the colour bar.
    var colorBar: (scale: Scale, ticks: Ticks)? {
        guard let range = panel.heatmap?.range, let scale = try? Scale(.linear, domain: range) else { return nil }
        return (scale, Ticks(on: scale, target: 5))
    }

    private var colorBarRoom: Double {
        let numbers = colorBar?.ticks.ticks.map { TextMetrics.width($0.label, size: StyleSheet.tickSize) }.max() ?? 0
        return Self.colorBarWidth + 16 + numbers + (panel.heatmap?.title == nil ? 0 : StyleSheet.axisTitleSize + 8)
    }

    /// Room above.
    var top: Double { panel.title == nil ? 10 : StyleSheet.panelTitleSize + 15 }

    /// Room below: tick labels and axis title.
    var bottom: Double { xLabelHeight + (panel.x.title == nil ? 0 : StyleSheet.axisTitleSize + 10) }

    /// The height of the labels below the axis, without the axis title.
    var xLabelHeight: Double {
        switch panel.x.labels {
        case .hidden, .none: 6
        case .numbers, .names, .places:
            isSlanted ? min(widestName, Self.longestName) * sin(Self.slant * .pi / 180) + 20 : StyleSheet.tickSize + 12
        }
    }

    private var widestName: Double {
        xTicks.ticks.map { TextMetrics.width($0.label, size: StyleSheet.tickSize) }.max() ?? 0
    }

    // MARK: Steps

    /// Chooses the ticks of the x axis: as many as fit without overlapping.
    mutating func setWidth(_ width: Double) throws(FiguresError) {
        var target = max(Int(width / 45), 2)
        if panel.x.domain == nil {
            guard let extent = panel.extent else { return }
            xScale = try panel.x.scale(data: extent.x, target: target)
        }
        xTicks = panel.x.ticks(on: xScale, target: target)
        if case .names = panel.x.labels {
            isSlanted = widestName + 8 > width / Double(max(xTicks.ticks.count, 1))
            overhang = isSlanted ? slantedReach(width) : 0
            return
        }
        while target > 1, labelsTouch(width) {
            target -= 1
            xTicks = panel.x.ticks(on: xScale, target: target)
        }
    }

    /// How far slanted names extend to the left of the axis, for a plot of `width`.
    private func slantedReach(_ width: Double) -> Double {
        let slanted = cos(Self.slant * .pi / 180)
        return xTicks.ticks.reduce(0) { reach, tick in
            let name = min(TextMetrics.width(tick.label, size: StyleSheet.tickSize), Self.longestName)
            return max(reach, name * slanted - (xScale.fraction(tick.value) ?? 0) * width)
        }
    }

    private func labelsTouch(_ width: Double) -> Bool {
        zip(xTicks.ticks, xTicks.ticks.dropFirst()).contains { a, b in
            let distance = ((xScale.fraction(b.value) ?? 0) - (xScale.fraction(a.value) ?? 0)) * width
            let halves = TextMetrics.width(a.label + b.label, size: StyleSheet.tickSize) / 2
            return distance < halves + 10
        }
    }

    /// Places marks and legend in the area `plot`.
    ///
    /// - Returns: false if the legend needs room beside the panel that it does not have yet.
    mutating func place(in plot: Rect) -> Bool {
        self.plot = plot
        marks = panel.marks.map { PlacedMark($0, x: xScale, y: yScale, plot: plot) }
        guard !legend.entries.isEmpty else { return true }
        if isLegendBeside {
            let x = plot.maxX + 8 + (panel.heatmap == nil ? 0 : colorBarRoom)
            legendRect = Rect(x: x, y: plot.minY, width: legend.width, height: legend.height)
            return true
        }
        legendRect = legend.corner(of: plot, avoiding: marks)
        isLegendBeside = legendRect == nil
        return !isLegendBeside
    }
}
