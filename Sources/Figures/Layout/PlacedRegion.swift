/// A region in pixels, with its name if there is room for it.
struct PlacedRegion: Equatable {
    var rect: Rect
    /// Where the name's baseline starts, or ends if `isNameBefore`; nil if the name is not drawn.
    var name: Point?
    var text = ""
    var isNameBefore = false
    var color = 0

    private static let gap = 6.0

    /// Widens narrow regions until they are visible. In lanes, each region takes the first lane in which neither its
    /// bar nor its name overlaps another.
    static func placed(_ regions: Regions, x: Scale, plot: Rect) -> [PlacedRegion] {
        let lanes = max(1, Int(plot.height / Regions.laneHeight))
        var taken = [[ClosedRange<Double>]](repeating: [], count: lanes)
        var result: [PlacedRegion] = []
        for span in regions.spans.sorted(by: { $0.x.lowerBound < $1.x.lowerBound }) {
            guard let a = x.fraction(span.x.lowerBound), let b = x.fraction(span.x.upperBound), b >= 0, a <= 1 else {
                continue
            }
            let left = plot.minX + min(max(a, 0), 1) * plot.width
            let right = max(plot.minX + min(max(b, 0), 1) * plot.width, left + 2)
            var region = PlacedRegion(
                rect: Rect(x: left, y: plot.minY, width: right - left, height: plot.height),
                color: span.style.colorIndex)
            guard regions.layout == .lanes else {
                result.append(region)
                continue
            }
            region.text = TextMetrics.fitted(span.name, size: StyleSheet.tickSize, width: plot.width * 0.6)
            let width = TextMetrics.width(region.text, size: StyleSheet.tickSize)
            // After the bar, or before it near the right edge of the panel.
            region.isNameBefore = right + gap + width > plot.maxX
            let extent = region.isNameBefore ? left - gap - width...right : left...right + gap + width
            let free = taken.indices.first { lane in
                taken[lane].allSatisfy { !$0.overlaps(extent.lowerBound - gap...extent.upperBound + gap) }
            }
            guard let lane = free else { continue }
            taken[lane].append(extent)
            let top = plot.minY + Double(lane) * Regions.laneHeight
            region.rect.y = top + 3
            region.rect.height = Regions.laneHeight - 6
            region.name = Point(
                x: region.isNameBefore ? left - gap : right + gap,
                y: top + Regions.laneHeight / 2 + StyleSheet.tickSize * 0.35)
            result.append(region)
        }
        return result
    }
}

extension Regions {
    /// The number of lanes that the regions need so that no bars or names overlap; at least 1.
    ///
    /// - Parameters:
    ///   - domain: the range of a linear x axis.
    ///   - width: the width of the panel, in pixels.
    ///   - most: the maximum number of lanes; regions that do not fit are not drawn.
    public func lanes(over domain: ClosedRange<Double>, width: Double, atMost most: Int) -> Int {
        guard let scale = try? Scale(.linear, domain: domain) else { return 1 }
        let plot = Rect(x: 0, y: 0, width: width, height: Double(most) * Self.laneHeight)
        let placed = PlacedRegion.placed(self, x: scale, plot: plot)
        return (placed.map { Int($0.rect.y / Self.laneHeight) }.max() ?? 0) + 1
    }
}

/// Writes regions.
struct RegionsPainter {
    let regions: Regions
    let placed: [PlacedRegion]

    func paint(into writer: inout SVGWriter) {
        for region in placed {
            var path = PathData()
            path.rectangle(region.rect)
            writer.element(
                "path",
                [
                    "class": "region f\(region.color)", "fill-opacity": regions.layout == .shaded ? "0.22" : "0.85",
                    "d": path.text,
                ])
            guard let place = region.name else { continue }
            writer.label(region.text, at: place, class: "tick", anchor: region.isNameBefore ? .end : .start)
        }
    }
}
