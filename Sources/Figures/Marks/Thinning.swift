/// Removes points of a curve that would not be visible.
enum Thinning {
    /// Returns the points of a curve to draw, in order: the first, the last, and the lowest and highest of each pixel
    /// column.
    ///
    /// If x decreases anywhere, only points within a quarter of a pixel of their predecessor are removed.
    static func thinned(_ points: [Point]) -> [Point] {
        guard points.count > 4 else { return points }
        guard zip(points, points.dropFirst()).allSatisfy({ $0.x <= $1.x }) else { return spaced(points) }
        var result: [Point] = []
        var start = 0
        while start < points.count {
            let column = points[start].x.rounded(.down)
            var (lowest, highest, end) = (start, start, start)
            while end < points.count, points[end].x.rounded(.down) == column {
                if points[end].y < points[lowest].y { lowest = end }
                if points[end].y > points[highest].y { highest = end }
                end += 1
            }
            var kept = [min(lowest, highest), max(lowest, highest)]
            if start == 0 { kept.append(0) }
            if end == points.count { kept.append(end - 1) }
            for index in Set(kept).sorted() { result.append(points[index]) }
            start = end
        }
        return result
    }

    private static func spaced(_ points: [Point]) -> [Point] {
        var result = [points[0]]
        for point in points.dropFirst().dropLast() {
            let last = result[result.count - 1]
            if abs(point.x - last.x) + abs(point.y - last.y) >= 0.25 { result.append(point) }
        }
        result.append(points[points.count - 1])
        return result
    }
}
