/// A mark in pixels, for drawing and for placing the legend.
enum PlacedMark: Equatable {
    /// Curves without gaps, thinned.
    case line([[Point]])
    case bars([Rect])
    case heatmap(Rect)
    case regions([PlacedRegion])

    init(_ mark: Mark, x: Scale, y: Scale, plot: Rect) {
        /// Clamped to the neighbourhood of the panel: far outside values would only enlarge the file.
        func place(_ a: Double, _ b: Double) -> Point? {
            guard let u = x.fraction(a), let v = y.fraction(b) else { return nil }
            return Point(
                x: plot.minX + min(max(u, -20), 21) * plot.width, y: plot.maxY - min(max(v, -20), 21) * plot.height)
        }

        switch mark {
        case .line(let line):
            var pieces: [[Point]] = [[]]
            for (a, b) in zip(line.x, line.y) {
                if let point = place(a, b) {
                    pieces[pieces.count - 1].append(point)
                } else if !pieces[pieces.count - 1].isEmpty {
                    pieces.append([])
                }
            }
            self = .line(pieces.filter { !$0.isEmpty }.map(Thinning.thinned))
        case .bars(let bars):
            // A base of zero has no position on a logarithmic axis; the bars then start at the axis.
            let base = y.kind == .logarithmic ? max(bars.base, y.domain.lowerBound) : bars.base
            self = .bars(
                zip(bars.spans, bars.heights).compactMap { span, height in
                    guard let a = place(span.lowerBound, base), let b = place(span.upperBound, height) else {
                        return nil
                    }
                    return Rect(x: a.x, y: min(a.y, b.y), width: b.x - a.x, height: abs(a.y - b.y))
                })
        case .regions(let regions): self = .regions(PlacedRegion.placed(regions, x: x, plot: plot))
        case .heatmap(let map):
            let a = place(map.x.lowerBound, map.y.lowerBound) ?? Point(x: plot.minX, y: plot.maxY)
            let b = place(map.x.upperBound, map.y.upperBound) ?? Point(x: plot.maxX, y: plot.minY)
            self = .heatmap(Rect(x: a.x, y: b.y, width: b.x - a.x, height: a.y - b.y))
        }
    }

    func touches(_ rect: Rect) -> Bool {
        switch self {
        case .line(let pieces):
            pieces.contains { points in
                if let only = points.first, points.count == 1 { return rect.intersects(from: only, to: only) }
                return zip(points, points.dropFirst()).contains { rect.intersects(from: $0, to: $1) }
            }
        case .bars(let rects): rects.contains { $0.height > 0 && $0.intersects(rect) }
        case .heatmap(let map): map.intersects(rect)
        case .regions(let regions): regions.contains { $0.rect.intersects(rect) }
        }
    }

    /// Whether the mark extends beyond the panel and must be clipped.
    func leaves(_ plot: Rect) -> Bool {
        let area = plot.expanded(by: 0.5)
        func isOutside(_ x: Double, _ y: Double) -> Bool {
            x < area.minX || x > area.maxX || y < area.minY || y > area.maxY
        }
        return switch self {
        case .line(let pieces): pieces.contains { $0.contains { isOutside($0.x, $0.y) } }
        case .bars(let rects):
            rects.contains { isOutside($0.minX, $0.minY) || isOutside($0.maxX, $0.maxY) }
        case .regions: false
        case .heatmap(let rect): isOutside(rect.minX, rect.minY) || isOutside(rect.maxX, rect.maxY)
        }
    }
}
