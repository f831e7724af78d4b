import Figures

/// The precision-recall curves in the report of one model.
public struct PrecisionRecallReport: Sendable, Equatable {
    /// The curve of one subset of the test set.
    public struct Part: Sendable, Equatable {
        /// "all", the name of a recording, or a label count such as "1 label" or "3 labels".
        public var name: String
        /// From the highest threshold to the lowest, 0...1; as many as `precision`.
        public var recall: [Double]
        public var precision: [Double]
        /// The average precision, 0...1.
        public var averagePrecision: Double

        public init(name: String, recall: [Double], precision: [Double], averagePrecision: Double) {
            self.name = name
            self.recall = recall
            self.precision = precision
            self.averagePrecision = averagePrecision
        }
    }

    /// The file of the report, for error messages.
    public var path: String
    /// The name of the model in the legend or the title.
    public var title: String
    public var all: Part
    /// Subsets of the frames with a given number of labels.
    public var byLabelCount: [Part]
    public var recordings: [Part]

    public init(path: String, title: String, all: Part, byLabelCount: [Part], recordings: [Part]) {
        self.path = path
        self.title = title
        self.all = all
        self.byLabelCount = byLabelCount
        self.recordings = recordings
    }

    /// Returns the curve of one subset.
    ///
    /// - Parameters:
    ///   - subset: "all", a number of labels ("3" or "3 labels"), or the name of a recording.
    ///   - name: the name in the legend; nil for the subset's own.
    /// - Throws: ``FiguresError/malformed(path:reason:)`` if there is no such subset or its lists differ in length.
    public func curve(
        _ subset: String, named name: String? = nil, style: SeriesStyle
    ) throws(FiguresError) -> PrecisionRecallFigure.Curve {
        let part = try part(subset)
        guard part.recall.count == part.precision.count else {
            throw .malformed(
                path: path,
                reason: "'\(part.name)' has \(part.recall.count) recall and \(part.precision.count) precision values")
        }
        return PrecisionRecallFigure.Curve(
            name: name ?? Self.caption(part), recall: part.recall, precision: part.precision,
            averagePrecision: part.averagePrecision, style: style)
    }

    /// Returns the curves of the given subsets. If none are given, returns those of the paper's figures that the report
    /// contains: all frames (blue), one label (green), three labels (red).
    public func curves(_ subsets: [String] = []) throws(FiguresError) -> [PrecisionRecallFigure.Curve] {
        var curves: [PrecisionRecallFigure.Curve] = []
        if subsets.isEmpty {
            for (subset, style) in [("all", SeriesStyle.blue), ("1", .green), ("3", .red)] {
                if subset != "all", find(subset)?.recall.isEmpty ?? true { continue }
                curves.append(try curve(subset, style: style))
            }
        }
        for (index, subset) in subsets.enumerated() { curves.append(try curve(subset, style: .series(index))) }
        return curves
    }

    /// The name of a subset in titles: "all frames", "3 labels", or the name of a recording.
    public func caption(_ subset: String) throws(FiguresError) -> String { Self.caption(try part(subset)) }

    private static func caption(_ part: Part) -> String { part.name == "all" ? "all frames" : part.name }

    private func part(_ subset: String) throws(FiguresError) -> Part {
        if let part = find(subset) { return part }
        let known = ([all] + byLabelCount + recordings).map(\.name).joined(separator: ", ")
        throw .malformed(path: path, reason: "it has no subset '\(subset)'; the subsets are \(known)")
    }

    private func find(_ subset: String) -> Part? {
        if subset == "all" { return all }
        // Recordings may be named by numbers, as in MusicNet; these are larger than any label count.
        let names = [subset, "\(subset) labels", "\(subset) label"]
        return (byLabelCount + recordings).first { names.contains($0.name) }
    }
}
