import Basics

/// Writes a heatmap: an image, or one path per colour with strokes one cell high.
struct HeatmapPainter {
    let map: Heatmap
    let rect: Rect

    func paint(into writer: inout SVGWriter) {
        switch map.rendering {
        case .cells: paintCells(into: &writer)
        case .image: paintImage(into: &writer)
        }
    }

    private func paintImage(into writer: inout SVGWriter) {
        // Twice the resolution of the page, for high-density screens.
        let image = HeatmapImage(
            map, width: Int(min(2 * rect.width, 1600)), height: Int(min(2 * rect.height, 1600)))
        writer.element(
            "image",
            [
                "class": "cells", "x": Numeral.short(rect.x), "y": Numeral.short(rect.y),
                "width": Numeral.short(rect.width), "height": Numeral.short(rect.height),
                "preserveAspectRatio": "none", "image-rendering": "optimizeSpeed", "href": image.dataURI,
            ])
    }

    private func paintCells(into writer: inout SVGWriter) {
        let cells = HeatmapRuns(map, width: Int(min(rect.width, 2000)), height: Int(min(rect.height, 2000)))
        let scale = (x: rect.width / Double(cells.columns), y: rect.height / Double(cells.rows))
        let place = "translate(\(Numeral.short(rect.minX)) \(Numeral.short(rect.maxY)))"
        // Cells are numbered upwards from the lower left corner. A slight overlap hides the seams between rows.
        let attributes: SVGWriter.Attributes = [
            "class": "cells", "transform": "\(place) scale(\(Self.precise(scale.x)) -\(Self.precise(scale.y)))",
            "stroke-width": "1.06", "fill": "none", "shape-rendering": "crispEdges",
        ]
        writer.group("g", attributes) { writer in
            for (level, runs) in cells.runs.enumerated() where !runs.isEmpty {
                if level == ColorMap.levels {
                    writer.element("path", ["class": "missing", "d": Self.data(runs)])
                } else {
                    let fraction = (Double(level) + 0.5) / Double(ColorMap.levels)
                    writer.element("path", ["stroke": map.colors.color(at: fraction), "d": Self.data(runs)])
                }
            }
        }
    }

    /// Writes the colour bar, from low (bottom) to high (top).
    static func paintBar(_ colors: ColorMap, rect: Rect, into writer: inout SVGWriter) {
        let step = rect.height / Double(ColorMap.levels)
        for level in 0..<ColorMap.levels {
            let top = rect.maxY - Double(level + 1) * step
            let height = level == 0 ? step : step + 0.5
            writer.element(
                "rect",
                [
                    "x": Numeral.short(rect.x), "y": Numeral.short(top), "width": Numeral.short(rect.width),
                    "height": Numeral.short(height),
                    "fill": colors.color(at: (Double(level) + 0.5) / Double(ColorMap.levels)),
                ])
        }
    }

    private static func data(_ runs: [HeatmapRuns.Run]) -> String {
        var text = ""
        var end: (row: Int, column: Int)?
        for run in runs {
            if let end {
                let step = run.row - end.row
                text += "m\(run.column - end.column)\(step < 0 ? "" : " ")\(step)"
            } else {
                text += "M\(run.column) \(run.row).5"
            }
            text += "h\(run.length)"
            end = (run.row, run.column + run.length)
        }
        return text
    }

    /// Four decimals: with one, the rounding error of the cell size would accumulate over hundreds of cells.
    private static func precise(_ value: Double) -> String {
        "\((min(max(value, 1e-4), 1e5) * 1e4).rounded() / 1e4)"
    }
}
