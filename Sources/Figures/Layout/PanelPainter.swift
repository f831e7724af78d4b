import Basics

/// Writes one panel: grid, marks, axes, text, legend, in this order.
struct PanelPainter {
    let layout: PanelLayout
    /// Makes the panel's identifiers unique within the file.
    let number: Int

    private var plot: Rect { layout.plot }

    func paint(into writer: inout SVGWriter) {
        writer.group("g", ["class": "panel"]) { writer in
            if !layout.panel.isPicture { paintGrid(into: &writer) }
            paintMarks(into: &writer)
            var frame = PathData()
            frame.polyline([
                Point(x: plot.minX, y: plot.minY), Point(x: plot.minX, y: plot.maxY),
                Point(x: plot.maxX, y: plot.maxY),
            ])
            writer.path(frame.text, class: "axis")
            paintTitles(into: &writer)
            paintNumbers(into: &writer)
            paintColorBar(into: &writer)
            paintLegend(into: &writer)
        }
    }

    // MARK: Axes

    private func x(_ value: Double) -> Double { plot.minX + (layout.xScale.fraction(value) ?? 0) * plot.width }
    private func y(_ value: Double) -> Double { plot.maxY - (layout.yScale.fraction(value) ?? 0) * plot.height }

    private var isNamed: Bool {
        if case .names = layout.panel.x.labels { true } else { false }
    }

    private func paintGrid(into writer: inout SVGWriter) {
        var grid = PathData()
        for tick in layout.yTicks.ticks {
            grid.polyline([Point(x: plot.minX, y: y(tick.value)), Point(x: plot.maxX, y: y(tick.value))])
        }
        if !isNamed {
            for tick in layout.xTicks.ticks {
                grid.polyline([Point(x: x(tick.value), y: plot.minY), Point(x: x(tick.value), y: plot.maxY)])
            }
        }
        if !grid.isEmpty { writer.path(grid.text, class: "grid") }
    }

    private func paintNumbers(into writer: inout SVGWriter) {
        let size = StyleSheet.tickSize
        switch layout.panel.x.labels {
        case .hidden, .none: break
        case .numbers, .names, .places:
            for tick in layout.xTicks.ticks {
                let place = Point(x: x(tick.value), y: plot.maxY + size + 5)
                if layout.isSlanted {
                    let label = TextMetrics.fitted(tick.label, size: size, width: PanelLayout.longestName)
                    writer.label(
                        label, at: Point(x: place.x + 4, y: place.y), class: "tick", anchor: .end,
                        turned: -PanelLayout.slant)
                } else {
                    writer.label(tick.label, at: place, class: "tick", anchor: .middle)
                }
            }
        }
        switch layout.panel.y.labels {
        case .hidden, .none: break
        case .numbers, .names, .places:
            for tick in layout.yTicks.ticks {
                let place = Point(x: plot.minX - 6, y: y(tick.value) + size * 0.35)
                writer.label(tick.label, at: place, class: "tick", anchor: .end)
            }
        }
    }

    private func paintTitles(into writer: inout SVGWriter) {
        let panel = layout.panel
        if let title = panel.title {
            let size = StyleSheet.panelTitleSize
            let text = TextMetrics.fitted(title, size: size * 1.06, width: plot.width + 16)
            writer.label(text, at: Point(x: plot.minX, y: plot.minY - 8), class: "head")
        }
        if let title = panel.x.title {
            let text = TextMetrics.fitted(title, size: StyleSheet.axisTitleSize, width: plot.width + 36)
            let baseline = plot.maxY + layout.xLabelHeight + StyleSheet.axisTitleSize
            writer.label(
                text, at: Point(x: plot.minX + plot.width / 2, y: baseline), class: "name", anchor: .middle)
        }
        if let title = panel.y.title {
            let text = TextMetrics.fitted(title, size: StyleSheet.axisTitleSize, width: plot.height + 20)
            let place = Point(x: layout.yTitleX + StyleSheet.axisTitleSize * 0.35, y: plot.minY + plot.height / 2)
            writer.label(text, at: place, class: "name", anchor: .middle, turned: -90)
        }
        let height = StyleSheet.tickSize * 1.25
        let top = plot.minY + (plot.height - height * Double(panel.sideLabels.count)) / 2
        for (index, line) in panel.sideLabels.enumerated() {
            let place = Point(x: plot.minX - 10, y: top + height * (Double(index) + 0.8))
            writer.label(line, at: place, class: index == 0 ? "tick" : "tick muted", anchor: .end)
        }
    }

    // MARK: Marks

    private func paintMarks(into writer: inout SVGWriter) {
        guard layout.marks.contains(where: { $0.leaves(plot) }) else {
            paintMarksUnclipped(into: &writer)
            return
        }
        let identifier = "clip\(number)"
        writer.group("clipPath", ["id": identifier]) { writer in
            writer.element(
                "rect",
                [
                    "x": Numeral.short(plot.x), "y": Numeral.short(plot.y),
                    "width": Numeral.short(plot.width), "height": Numeral.short(plot.height),
                ])
        }
        writer.group("g", ["clip-path": "url(#\(identifier))"]) { paintMarksUnclipped(into: &$0) }
    }

    private func paintMarksUnclipped(into writer: inout SVGWriter) {
        for (mark, placed) in zip(layout.panel.marks, layout.marks) {
            switch (mark, placed) {
            case (.line(let line), .line(let pieces)): paint(line, pieces, into: &writer)
            case (.bars(let bars), .bars(let rects)):
                var path = PathData()
                for rect in rects where rect.height > 0 {
                    // Leave a thin gap between bars that are wide enough for it.
                    let gap = rect.width >= 4 ? 0.5 : 0
                    path.rectangle(
                        Rect(x: rect.x + gap, y: rect.y, width: rect.width - 2 * gap, height: rect.height))
                }
                if !path.isEmpty { writer.path(path.text, class: "bars f\(bars.style.colorIndex)") }
            case (.regions(let regions), .regions(let placed)):
                RegionsPainter(regions: regions, placed: placed).paint(into: &writer)
            case (.heatmap(let map), .heatmap(let rect)):
                HeatmapPainter(map: map, rect: rect).paint(into: &writer)
            default: break
            }
        }
    }

    private func paint(_ line: Line, _ pieces: [[Point]], into writer: inout SVGWriter) {
        let color = "s\(line.style.colorIndex)"
        var path = PathData()
        var dots = PathData()
        for points in pieces {
            if points.count > 1 { path.polyline(points) }
            // A single point between gaps would otherwise be invisible.
            if line.hasDots || points.count == 1 {
                for point in points { dots.polyline([point]) }
            }
        }
        if !path.isEmpty {
            writer.element(
                "path",
                [
                    "class": "line \(color)", "stroke-width": Numeral.short(line.style.width),
                    "stroke-dasharray": line.style.dashes, "d": path.text,
                ])
        }
        if !dots.isEmpty {
            writer.element("path", ["class": "line \(color)", "stroke-width": "4.5", "d": dots.text])
        }
    }

    // MARK: Colour bar and legend

    private func paintColorBar(into writer: inout SVGWriter) {
        guard let map = layout.panel.heatmap, let bar = layout.colorBar else { return }
        let rect = Rect(x: plot.maxX + 12, y: plot.minY, width: PanelLayout.colorBarWidth, height: plot.height)
        HeatmapPainter.paintBar(map.colors, rect: rect, into: &writer)
        var widest = 0.0
        for tick in bar.ticks.ticks {
            let middle = rect.maxY - (bar.scale.fraction(tick.value) ?? 0) * rect.height
            let place = Point(x: rect.maxX + 5, y: middle + StyleSheet.tickSize * 0.35)
            writer.label(tick.label, at: place, class: "tick")
            widest = max(widest, TextMetrics.width(tick.label, size: StyleSheet.tickSize))
        }
        if let title = map.title {
            let place = Point(
                x: rect.maxX + 5 + widest + 8 + StyleSheet.axisTitleSize * 0.8, y: plot.minY + plot.height / 2)
            let text = TextMetrics.fitted(title, size: StyleSheet.axisTitleSize, width: plot.height + 20)
            writer.label(text, at: place, class: "name", anchor: .middle, turned: -90)
        }
    }

    private func paintLegend(into writer: inout SVGWriter) {
        guard let rect = layout.legendRect else { return }
        writer.group("g", ["class": "legend"]) { writer in
            writer.element(
                "rect",
                [
                    "class": "ground", "x": Numeral.short(rect.x), "y": Numeral.short(rect.y),
                    "width": Numeral.short(rect.width), "height": Numeral.short(rect.height),
                ])
            for (index, entry) in layout.legend.entries.enumerated() {
                let place = layout.legend.baseline(index, in: rect)
                paintKey(entry, at: place, into: &writer)
                let text = Point(x: place.x + Legend.keyWidth + 8, y: place.y + StyleSheet.legendSize * 0.35)
                writer.label(entry.label, at: text, class: "name")
            }
        }
    }

    private func paintKey(_ entry: Legend.Entry, at place: Point, into writer: inout SVGWriter) {
        var path = PathData()
        switch entry.key {
        case .line:
            path.polyline([place, Point(x: place.x + Legend.keyWidth, y: place.y)])
            writer.element(
                "path",
                [
                    "class": "line s\(entry.style.colorIndex)",
                    "stroke-width": Numeral.short(max(entry.style.width, 2)),
                    "stroke-dasharray": entry.style.dashes, "d": path.text,
                ])
        case .box:
            path.rectangle(Rect(x: place.x + 5, y: place.y - 6, width: 12, height: 12))
            writer.path(path.text, class: "f\(entry.style.colorIndex)")
        }
    }
}
