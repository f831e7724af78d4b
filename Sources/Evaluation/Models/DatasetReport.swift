import Foundation
import Networks

/// The results of a model on a dataset, as printed by `notelab evaluate --json` and read by `notelab plot`.
public struct DatasetReport: Codable, Sendable, Equatable {
    /// The model's name.
    public var model: String
    /// The model's lookahead: milliseconds of audio that it needs after the time that its output describes.
    public var lookahead: Double
    public var recordings: [EvaluationFigures]
    /// The figures of all recordings pooled, and the means over recordings.
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
    ///   - evaluations: one for each recording.
    ///   - info: the model's description.
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
            reliability: Reliability(
                evaluations.flatMap { Reliability.outcomes(of: $0.notes, reference: $0.reference) }))
    }

    /// The means over recordings; nil without recordings.
    public var mean: EvaluationFigures? { EvaluationFigures.mean(of: recordings) }

    /// The reports of several models.
    public struct Collection: Codable, Sendable, Equatable {
        public var models: [DatasetReport]

        public init(models: [DatasetReport]) { self.models = models }
    }

    /// Decodes one report, or a ``Collection`` of reports.
    ///
    /// - Throws: `DecodingError`.
    public static func read(_ data: Data) throws -> [DatasetReport] {
        let decoder = JSONDecoder()
        if let several = try? decoder.decode(Collection.self, from: data) { return several.models }
        return [try decoder.decode(DatasetReport.self, from: data)]
    }
}
