import Basics

/// Writes a figure after its layout.
struct FigurePainter {
    let figure: Figure
    let layout: FigureLayout
    let theme: Theme

    func paint(into writer: inout SVGWriter) {
        let (width, height) = (Numeral.short(layout.size.width), Numeral.short(layout.size.height))
        let attributes: SVGWriter.Attributes = [
            "xmlns": "http://www.w3.org/2000/svg", "class": StyleSheet.root, "width": width, "height": height,
            "viewBox": "0 0 \(width) \(height)", "role": "img",
        ]
        writer.group("svg", attributes) { writer in
            writer.element("title", [:], content: figure.title ?? "Figure")
            if let note = figure.note { writer.element("desc", [:], content: note) }
            writer.style(StyleSheet.text(theme))
            writer.element("rect", ["class": "ground", "width": width, "height": height])
            paintTexts(into: &writer)
            var number = 0
            for panel in layout.panels.joined() {
                PanelPainter(layout: panel, number: number).paint(into: &writer)
                number += 1
            }
        }
    }

    private func paintTexts(into writer: inout SVGWriter) {
        var y = FigureLayout.margin + StyleSheet.titleSize * 0.85
        for line in layout.titleLines {
            writer.label(line, at: Point(x: FigureLayout.margin, y: y), class: "title")
            y += StyleSheet.titleSize * FigureLayout.lineHeight
        }
        y = layout.noteTop + StyleSheet.noteSize
        for line in layout.noteLines {
            writer.label(line, at: Point(x: FigureLayout.margin, y: y), class: "tick muted")
            y += StyleSheet.noteSize * FigureLayout.lineHeight
        }
    }
}

extension SVGWriter {
    enum Anchor: String { case start, middle, end }

    /// Writes text whose baseline starts, ends or is centred at a point.
    mutating func label(
        _ text: String, at point: Point, class name: String, anchor: Anchor = .start, turned angle: Double? = nil
    ) {
        let (x, y) = (Numeral.short(point.x), Numeral.short(point.y))
        if let angle {
            let transform = "rotate(\(Numeral.short(angle)) \(x) \(y))"
            element(
                "text",
                ["class": name, "x": x, "y": y, "text-anchor": anchor.rawValue, "transform": transform], content: text)
        } else {
            element("text", ["class": name, "x": x, "y": y, "text-anchor": anchor.rawValue], content: text)
        }
    }

    mutating func path(_ data: String, class name: String) {
        element("path", ["class": name, "d": data])
    }
}
