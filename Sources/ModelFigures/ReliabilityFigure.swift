import Basics
import Figures

/// A reliability diagram: the fraction of correct notes against their published confidence. Calibrated confidences lie
/// on the diagonal.
public enum ReliabilityFigure {
    /// The curve of one model.
    public struct Curve: Sendable, Equatable {
        public var name: String
        /// Per bin: mean confidence and fraction of correct notes, 0...1, and the number of notes.
        public var confidence: [Double]
        public var right: [Double]
        public var counts: [Int]
        /// Expected calibration error, 0...1.
        public var error: Double

        public init(name: String, confidence: [Double], right: [Double], counts: [Int], error: Double) {
            self.name = name
            self.confidence = confidence
            self.right = right
            self.counts = counts
            self.error = error
        }
    }

    /// Draws the curves in the upper panel and the fraction of notes per bin in the lower one.
    ///
    /// - Throws: ``FiguresError/noData(_:)`` if no model has published a note.
    public static func figure(_ curves: [Curve]) throws(FiguresError) -> Figure {
        guard curves.contains(where: { $0.counts.contains { $0 > 0 } }) else {
            throw .noData("no notes were evaluated")
        }
        let diagonal = Mark.line(Line(x: [0, 1], y: [0, 1], style: SeriesStyle(color: 6, dash: 1, width: 1)))
        let lines = curves.enumerated().map { index, curve in
            let used = curve.counts.indices.filter { curve.counts[$0] > 0 }
            return Mark.line(
                Line(
                    "\(curve.name), error \(Numeral.percent(curve.error, invalid: "unknown"))",
                    x: used.map { curve.confidence[$0] },
                    y: used.map { curve.right[$0] }, style: .series(index), hasDots: true))
        }
        let shares = curves.enumerated().map { index, curve in
            let total = Double(max(1, curve.counts.reduce(0, +)))
            let width = 1 / Double(max(1, curve.counts.count))
            return Mark.line(
                Line(
                    x: curve.counts.indices.map { (Double($0) + 0.5) * width },
                    y: curve.counts.map { Double($0) / total }, style: .series(index), hasDots: true))
        }
        return Figure(
            title: "Reliability of the confidence",
            rows: [
                [
                    Panel(
                        x: Axis(domain: 0...1, labels: .hidden), y: Axis("fraction correct", domain: 0...1),
                        marks: [diagonal] + lines)
                ],
                [
                    Panel(
                        x: Axis("confidence", domain: 0...1), y: Axis("fraction of notes", includesZero: true),
                        marks: shares, legend: .none)
                ],
            ], width: 520, panelHeight: 260)
    }
}
