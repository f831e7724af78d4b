/// The names of a panel's series and where they fit without covering a curve.
struct Legend: Equatable {
    struct Entry: Equatable {
        enum Key: Equatable { case line, box }

        var label: String
        var key: Key
        var style: SeriesStyle
    }

    static let lineHeight = 17.0
    static let keyWidth = 22.0
    private static let padding = 6.0
    private static let widest = 300.0

    let entries: [Entry]
    let width: Double
    var height: Double { Double(entries.count) * Self.lineHeight + 2 * Self.padding }

    init(_ panel: Panel) {
        let named = panel.legend == .none ? [] : panel.marks.filter { $0.label != nil }
        entries = named.compactMap { mark in
            let label = TextMetrics.fitted(mark.label ?? "", size: StyleSheet.legendSize, width: Self.widest)
            return switch mark {
            case .line(let line): Entry(label: label, key: .line, style: line.style)
            case .bars(let bars): Entry(label: label, key: .box, style: bars.style)
            case .heatmap, .regions: nil
            }
        }
        let text = entries.map { TextMetrics.width($0.label, size: StyleSheet.legendSize) }.max() ?? 0
        width = Self.keyWidth + 8 + text + 2 * Self.padding
    }

    /// The first corner of `plot` in which the legend overlaps no curve and no bar; nil if there is none.
    func corner(of plot: Rect, avoiding shapes: [PlacedMark]) -> Rect? {
        guard width < plot.width * 0.7, height < plot.height * 0.6 else { return nil }
        let margin = 8.0
        let (left, right) = (plot.minX + margin, plot.maxX - margin - width)
        let (top, bottom) = (plot.minY + margin, plot.maxY - margin - height)
        let corners = [(right, top), (left, top), (left, bottom), (right, bottom)]
            .map { Rect(x: $0.0, y: $0.1, width: width, height: height) }
        return corners.first { corner in
            let reserved = corner.expanded(by: 4)
            return shapes.allSatisfy { !$0.touches(reserved) }
        }
    }

    /// The position of entry `index`, counted from the top, in a legend at `rect`.
    func baseline(_ index: Int, in rect: Rect) -> Point {
        let middle = rect.minY + Self.padding + (Double(index) + 0.5) * Self.lineHeight
        return Point(x: rect.minX + Self.padding, y: middle)
    }
}
