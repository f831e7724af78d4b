import Basics

/// The `d` of an SVG path, in relative coordinates of a tenth of a pixel.
///
/// Steps are differences of rounded positions, so that errors don't add up along the path.
struct PathData {
    private(set) var text = ""
    private var position = (x: 0, y: 0)

    var isEmpty: Bool { text.isEmpty }

    /// A line through the points; a single point becomes a dot, which shows where line caps are round.
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

    /// A closed rectangle.
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
        // A minus sign separates by itself.
        if separated, tenths >= 0 { text += " " }
        text += Numeral.short(tenths: tenths)
    }
}
