import Basics
import Figures

/// Whether a confidence is a probability: the share of right notes over the confidence they were published with. On the diagonal it is.
public enum ReliabilityFigure {
    /// Of one model.
    public struct Curve: Sendable, Equatable {
        public var name: String
        /// Mean confidence of each bin's notes and the share that is right, 0...1, and how many they are.
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

    /// The curves above, the share of the notes in each bin below.
    ///
    /// - Throws: ``FiguresError/noData(_:)`` where no model has published a note.
    public static func figure(_ curves: [Curve]) throws(FiguresError) -> Figure {
        guard curves.contains(where: { $0.counts.contains { $0 > 0 } }) else {
            throw .noData("no note was judged")
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
            title: "Confidence and what came of it",
            rows: [
                [
                    Panel(
                        x: Axis(domain: 0...1, labels: .hidden), y: Axis("share of right notes", domain: 0...1),
                        marks: [diagonal] + lines)
                ],
                [
                    Panel(
                        x: Axis("confidence", domain: 0...1), y: Axis("share of the notes", includesZero: true),
                        marks: shares, legend: .none)
                ],
            ], width: 520, panelHeight: 260)
    }
}
