import Basics

/// The `d` attribute of an SVG path, in relative coordinates with a resolution of a tenth of a pixel.
///
/// Each step is the difference of two rounded positions, so that rounding errors do not accumulate.
struct PathData {
    private(set) var text = ""
    private var position = (x: 0, y: 0)

    var isEmpty: Bool { text.isEmpty }

    /// Appends a line through the points. A single point becomes a dot, which is visible with round line caps.
    mutating func polyline(_ points: [Point]) {
        guard let first = points.first else { return }
        move(to: first)
        guard points.count > 1 else {
            text += "h0"
            return
        }
        text += "l"
        var isFirst = true
        for point in points.dropFirst() {
            let next = (x: Numeral.tenths(point.x), y: Numeral.tenths(point.y))
            let step = (x: next.x - position.x, y: next.y - position.y)
            if step == (0, 0), !isFirst { continue }
            append(step.x, separated: !isFirst)
            append(step.y, separated: true)
            position = next
            isFirst = false
        }
    }

    /// Appends a closed rectangle.
    mutating func rectangle(_ rect: Rect) {
        move(to: Point(x: rect.minX, y: rect.minY))
        let width = Numeral.tenths(rect.maxX) - position.x
        let height = Numeral.tenths(rect.maxY) - position.y
        text += "h\(Numeral.short(tenths: width))v\(Numeral.short(tenths: height))"
        text += "h\(Numeral.short(tenths: -width))z"
    }

    private mutating func move(to point: Point) {
        position = (Numeral.tenths(point.x), Numeral.tenths(point.y))
        text += "M"
        append(position.x, separated: false)
        append(position.y, separated: true)
    }

    private mutating func append(_ tenths: Int, separated: Bool) {
        // A minus sign is a separator by itself.
        if separated, tenths >= 0 { text += " " }
        text += Numeral.short(tenths: tenths)
    }
}
