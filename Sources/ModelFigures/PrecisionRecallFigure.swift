import Basics
import Figures

/// Precision-recall curves for subsets of a test set or for several models: Figures 4 and 6 to 11 of Thickstun et al.
/// 2017.
public enum PrecisionRecallFigure {
    /// One curve.
    public struct Curve: Sendable, Equatable {
        public var name: String
        /// From the highest threshold to the lowest, 0...1; as many as `precision`.
        public var recall: [Double]
        public var precision: [Double]
        /// The average precision, 0...1.
        public var averagePrecision: Double
        public var style: SeriesStyle

        public init(
            name: String, recall: [Double], precision: [Double], averagePrecision: Double, style: SeriesStyle
        ) {
            self.name = name
            self.recall = recall
            self.precision = precision
            self.averagePrecision = averagePrecision
            self.style = style
        }
    }

    /// The curves of one plot.
    public struct Group: Sendable, Equatable {
        /// The title of the plot; not shown if it is the only one.
        public var title: String?
        public var curves: [Curve]

        public init(title: String? = nil, curves: [Curve]) {
            self.title = title
            self.curves = curves
        }
    }

    /// One plot per group, two per row.
    ///
    /// - Throws: ``FiguresError/noData(_:)`` if there are no curves, or for a curve without finite points, which the
    ///   message names.
    public static func figure(_ groups: [Group], title: String) throws(FiguresError) -> Figure {
        for curve in groups.flatMap(\.curves) {
            let points = zip(curve.recall, curve.precision)
            guard points.contains(where: { $0.isFinite && $1.isFinite }) else {
                throw .noData("the precision-recall curve of '\(curve.name)' has no points")
            }
        }
        guard groups.contains(where: { !$0.curves.isEmpty }) else {
            throw .noData("no precision-recall curve was selected")
        }
        if groups.count == 1 {
            return Figure(
                title: title, rows: [[panel(Group(curves: groups[0].curves))]], width: 520, panelHeight: 400)
        }
        let panels = groups.filter { !$0.curves.isEmpty }.map(panel)
        let rows = stride(from: 0, to: panels.count, by: 2).map { Array(panels[$0..<min($0 + 2, panels.count)]) }
        return Figure(title: title, rows: rows, width: 800, panelHeight: 300)
    }

    private static func panel(_ group: Group) -> Panel {
        Panel(
            group.title, x: Axis("recall", domain: 0...1), y: Axis("precision", domain: 0...1),
            marks: group.curves.map { curve in
                .line(
                    Line(
                        "\(curve.name), AP \(Numeral.percent(curve.averagePrecision, invalid: "unknown"))",
                        x: curve.recall,
                        y: curve.precision, style: curve.style))
            })
    }
}
