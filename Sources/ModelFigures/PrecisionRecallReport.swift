import Figures

/// The precision-recall curves that one model's report holds, and which of them a figure shows.
public struct PrecisionRecallReport: Sendable, Equatable {
    /// The curve of a part of the test set.
    public struct Part: Sendable, Equatable {
        /// "all", a recording's name, or "1 label", "3 labels".
        public var name: String
        /// From the highest threshold to the lowest; as many as `precision`, 0...1.
        public var recall: [Double]
        public var precision: [Double]
        /// 0...1.
        public var averagePrecision: Double

        public init(name: String, recall: [Double], precision: [Double], averagePrecision: Double) {
            self.name = name
            self.recall = recall
            self.precision = precision
            self.averagePrecision = averagePrecision
        }
    }

    /// The file, for messages.
    public var path: String
    /// What the legend or the plot's title calls the model.
    public var title: String
    public var all: Part
    /// Frames with exactly so many labels.
    public var byLabelCount: [Part]
    public var recordings: [Part]

    public init(path: String, title: String, all: Part, byLabelCount: [Part], recordings: [Part]) {
        self.path = path
        self.title = title
        self.all = all
        self.byLabelCount = byLabelCount
        self.recordings = recordings
    }

    /// The curve of one subset.
    ///
    /// - Parameters:
    ///   - subset: "all", a number of labels ("3" or "3 labels"), or a recording's name.
    ///   - name: in the legend; nil for the subset's own.
    /// - Throws: ``FiguresError/malformed(path:reason:)`` when there is none of that name, or its lists differ in length.
    public func curve(
        _ subset: String, named name: String? = nil, style: SeriesStyle
    ) throws(FiguresError) -> PrecisionRecallFigure.Curve {
        let part = try part(subset)
        guard part.recall.count == part.precision.count else {
            throw .malformed(
                path: path,
                reason: "'\(part.name)' has \(part.recall.count) recalls and \(part.precision.count) precisions")
        }
        return PrecisionRecallFigure.Curve(
            name: name ?? Self.caption(part), recall: part.recall, precision: part.precision,
            averagePrecision: part.averagePrecision, style: style)
    }

    /// The curves of the subsets; without any, those of the paper's figures: all frames (blue), one label (green), three
    /// labels (red), as far as the report has them.
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

    /// What a subset is called in titles: "all frames", "3 labels", or a recording's name.
    public func caption(_ subset: String) throws(FiguresError) -> String { Self.caption(try part(subset)) }

    private static func caption(_ part: Part) -> String { part.name == "all" ? "all frames" : part.name }

    private func part(_ subset: String) throws(FiguresError) -> Part {
        if let part = find(subset) { return part }
        let known = ([all] + byLabelCount + recordings).map(\.name).joined(separator: ", ")
        throw .malformed(path: path, reason: "it has no subset '\(subset)'; there are \(known)")
    }

    private func find(_ subset: String) -> Part? {
        if subset == "all" { return all }
        // Recordings may have numbers for names, as MusicNet's do; their numbers are larger than any of labels.
        let names = [subset, "\(subset) labels", "\(subset) label"]
        return (byLabelCount + recordings).first { names.contains($0.name) }
    }
}
