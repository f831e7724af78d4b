import Foundation

/// A report as it is stored beside its model: the JSON of a ``ModelReport`` with one more entry, `provenance`.
///
/// The same file can be decoded as a ``ModelReport``.
public struct StoredReport: Codable, Sendable, Equatable {
    public var report: ModelReport
    public var provenance: Provenance

    /// The inputs of an evaluation, which decide whether its report is still valid.
    public struct Provenance: Codable, Sendable, Equatable {
        public var design: PaperProtocol
        /// The hash of the model file's content.
        public var modelHash: String
        /// The path of the dataset as given, and its ``DatasetFingerprint``.
        public var dataset: String
        public var datasetHash: String
        /// The fingerprint of the dataset that the threshold was chosen on; nil if it is the model's own.
        public var trainingHash: String?
        public var threshold: ThresholdChoice
        /// The model's position in tables, from its metadata; models without one come last.
        public var tableOrder: Double?

        /// Whether a report with this provenance has the results of one with `other`.
        func isSame(as other: Provenance) -> Bool {
            hasThreshold(of: other) && datasetHash == other.datasetHash
        }

        /// Whether both thresholds were chosen on the same data in the same way.
        func hasThreshold(of other: Provenance) -> Bool {
            design == other.design && modelHash == other.modelHash && trainingHash == other.trainingHash
        }
    }

    private enum Keys: String, CodingKey { case provenance }

    public init(report: ModelReport, provenance: Provenance) {
        self.report = report
        self.provenance = provenance
    }

    public init(from decoder: any Decoder) throws {
        report = try ModelReport(from: decoder)
        provenance = try decoder.container(keyedBy: Keys.self).decode(Provenance.self, forKey: .provenance)
    }

    public func encode(to encoder: any Encoder) throws {
        try report.encode(to: encoder)
        var values = encoder.container(keyedBy: Keys.self)
        try values.encode(provenance, forKey: .provenance)
    }

    /// Indented JSON with sorted keys.
    public func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        return try encoder.encode(self)
    }

    /// Reads a report; nil if the file is missing or not a report.
    static func read(_ path: String) -> StoredReport? {
        FileManager.default.contents(atPath: path).flatMap { try? JSONDecoder().decode(Self.self, from: $0) }
    }

    /// Writes the file atomically.
    ///
    /// - Throws: ``EvaluationError/cannotWrite(path:reason:)``.
    public func write(to path: String) throws(EvaluationError) {
        do {
            try json().write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw .cannotWrite(path: path, reason: "the folder is missing or not writable, or the disk is full")
        }
    }
}
