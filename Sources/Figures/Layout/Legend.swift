/// Names of the series of a panel, and where they can be written without hiding one.
struct Legend: Equatable {
    struct Entry: Equatable {
        enum Sign: Equatable { case line, box }

        var label: String
        var sign: Sign
        var style: SeriesStyle
    }

    static let lineHeight = 17.0
    static let signWidth = 22.0
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
            case .line(let line): Entry(label: label, sign: .line, style: line.style)
            case .bars(let bars): Entry(label: label, sign: .box, style: bars.style)
            case .heatmap, .regions: nil
            }
        }
        let text = entries.map { TextMetrics.width($0.label, size: StyleSheet.legendSize) }.max() ?? 0
        width = Self.signWidth + 8 + text + 2 * Self.padding
    }

    /// The first corner of `plot` in which the legend touches no curve and no bar; nil if there is none.
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

    /// The line of text and its sign, `index` from the top, in a legend at `rect`.
    func baseline(_ index: Int, in rect: Rect) -> Point {
        let middle = rect.minY + Self.padding + (Double(index) + 0.5) * Self.lineHeight
        return Point(x: rect.minX + Self.padding, y: middle)
    }
}
