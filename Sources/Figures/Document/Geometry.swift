/// A point on the page in pixels, y downwards.
struct Point: Equatable, Sendable {
    var x: Double
    var y: Double
}

/// An axis-aligned rectangle on the page in pixels, y downwards.
struct Rect: Equatable, Sendable {
    var x: Double
    var y: Double
    var width: Double
    var height: Double

    var minX: Double { x }
    var minY: Double { y }
    var maxX: Double { x + width }
    var maxY: Double { y + height }

    func expanded(by margin: Double) -> Rect {
        Rect(x: x - margin, y: y - margin, width: width + 2 * margin, height: height + 2 * margin)
    }

    func intersects(_ other: Rect) -> Bool {
        minX < other.maxX && other.minX < maxX && minY < other.maxY && other.minY < maxY
    }

    /// Whether the segment from `a` to `b` intersects the rectangle, after Liang and Barsky's line clipping (1984).
    func intersects(from a: Point, to b: Point) -> Bool {
        var (low, high) = (0.0, 1.0)
        let sides = [
            (a.x - b.x, a.x - minX), (b.x - a.x, maxX - a.x), (a.y - b.y, a.y - minY), (b.y - a.y, maxY - a.y),
        ]
        for (direction, distance) in sides {
            if direction == 0 {
                if distance < 0 { return false }
            } else if direction < 0 {
                low = max(low, distance / direction)
            } else {
                high = min(high, distance / direction)
            }
        }
        return low <= high
    }
}
