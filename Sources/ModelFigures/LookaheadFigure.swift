import Figures

/// The accuracy of models against their lookahead: how much audio they need after the label sample.
public enum LookaheadFigure {
    /// The results on one dataset.
    public struct Study: Sendable, Equatable {
        public var title: String
        /// The lookahead of each model, in milliseconds.
        public var lookahead: [Double]
        /// One value per model, 0...1.
        public var averagePrecision: [Double]
        public var frameF1: [Double]
        public var onsetF1: [Double]

        public init(
            title: String, lookahead: [Double], averagePrecision: [Double], frameF1: [Double], onsetF1: [Double]
        ) {
            self.title = title
            self.lookahead = lookahead
            self.averagePrecision = averagePrecision
            self.frameF1 = frameF1
            self.onsetF1 = onsetF1
        }
    }

    /// One panel per study, two per row.
    ///
    /// - Throws: ``FiguresError/noData(_:)`` for a study without models.
    public static func figure(_ studies: [Study]) throws(FiguresError) -> Figure {
        for study in studies where study.lookahead.isEmpty { throw .noData("'\(study.title)' has no models") }
        let panels = studies.map { study in
            let order = study.lookahead.indices.sorted { study.lookahead[$0] < study.lookahead[$1] }
            func line(_ name: String, _ values: [Double], _ index: Int) -> Mark {
                .line(
                    Line(
                        name, x: order.map { study.lookahead[$0] }, y: order.map { values[$0] },
                        style: .series(index), hasDots: true))
            }
            return Panel(
                study.title, x: Axis("lookahead (ms)", includesZero: true), y: Axis("accuracy", domain: 0...1),
                marks: [
                    line("average precision", study.averagePrecision, 0),
                    line("frame F1, best threshold", study.frameF1, 1),
                    line("onset F1, 50 ms", study.onsetF1, 2),
                ])
        }
        let rows = stride(from: 0, to: panels.count, by: 2).map { Array(panels[$0..<min($0 + 2, panels.count)]) }
        return Figure(
            title: "Accuracy against lookahead", rows: rows, width: panels.count == 1 ? 520 : 900, panelHeight: 320)
    }
}
