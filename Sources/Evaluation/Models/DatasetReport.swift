import Foundation
import Networks

/// How a model did on a dataset: what `notelab evaluate --json` prints, and what figures are drawn from.
public struct DatasetReport: Codable, Sendable, Equatable {
    /// The model's name.
    public var model: String
    /// Milliseconds of sound that the model needs after the moment it speaks of.
    public var lookahead: Double
    public var recordings: [EvaluationFigures]
    /// All recordings together, and the means over recordings.
    public var summary: [EvaluationFigures]
    public var reliability: Reliability

    enum CodingKeys: String, CodingKey {
        case model, recordings, summary, reliability
        case lookahead = "lookahead_ms"
    }

    public init(
        model: String, lookahead: Double, recordings: [EvaluationFigures], summary: [EvaluationFigures],
        reliability: Reliability
    ) {
        self.model = model
        self.lookahead = lookahead
        self.recordings = recordings
        self.summary = summary
        self.reliability = reliability
    }

    /// - Parameters:
    ///   - evaluations: of each recording.
    ///   - info: of the model.
    ///   - threshold: the on threshold in use.
    public init(_ evaluations: [RecordingEvaluation], info: ModelInfo, threshold: Double) {
        var total = EvaluationCounts()
        var rows: [EvaluationFigures] = []
        for evaluation in evaluations {
            var counts = EvaluationCounts(evaluation)
            rows.append(counts.figures(name: evaluation.name, threshold: threshold))
            total.add(counts)
        }
        let mean = EvaluationFigures.mean(of: rows)
        self.init(
            model: info.name, lookahead: info.lookaheadMilliseconds, recordings: rows,
            summary: [total.figures(name: "all", threshold: threshold)] + (mean.map { [$0] } ?? []),
            reliability: Reliability(evaluations.flatMap { Reliability.judged($0.notes, reference: $0.reference) }))
    }

    /// The means over recordings; nil without recordings.
    public var mean: EvaluationFigures? { EvaluationFigures.mean(of: recordings) }

    /// Reports of several models.
    public struct Collection: Codable, Sendable, Equatable {
        public var models: [DatasetReport]

        public init(models: [DatasetReport]) { self.models = models }
    }

    /// Reads a file with one report, or with those of several models.
    ///
    /// - Throws: `DecodingError`.
    public static func read(_ data: Data) throws -> [DatasetReport] {
        let decoder = JSONDecoder()
        if let several = try? decoder.decode(Collection.self, from: data) { return several.models }
        return [try decoder.decode(DatasetReport.self, from: data)]
    }
}
