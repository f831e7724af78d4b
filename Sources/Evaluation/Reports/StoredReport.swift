import Foundation

/// A report as it lies beside its model: the report's own JSON with one more entry, `provenance`.
///
/// Whoever wants the figures alone decodes the same file as a ``ModelReport``.
public struct StoredReport: Codable, Sendable, Equatable {
    public var report: ModelReport
    public var provenance: Provenance

    /// What a report was made from, to know whether it still holds, and where its threshold comes from.
    public struct Provenance: Codable, Sendable, Equatable {
        public var design: PaperProtocol
        /// Hash of the model file's content.
        public var modelHash: String
        /// The folder judged on, as it was named, and its ``DatasetFingerprint``.
        public var dataset: String
        public var datasetHash: String
        /// Fingerprint of the folder that the threshold was chosen on; nil where it is the model's own.
        public var trainingHash: String?
        public var threshold: ThresholdChoice
        /// Where the model wants to stand in a table.
        public var tableOrder: Double?

        /// Whether a report with this provenance says what `other` would.
        func isSame(as other: Provenance) -> Bool {
            hasThreshold(of: other) && datasetHash == other.datasetHash
        }

        /// Whether the threshold was chosen in the same way.
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

    /// The report in a file; nil when there is none or it is of another form.
    static func read(_ path: String) -> StoredReport? {
        FileManager.default.contents(atPath: path).flatMap { try? JSONDecoder().decode(Self.self, from: $0) }
    }

    /// Writes the file whole or not at all.
    ///
    /// - Throws: ``EvaluationError/cannotWrite(path:reason:)``.
    public func write(to path: String) throws(EvaluationError) {
        do {
            try json().write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw .cannotWrite(path: path, reason: "the folder is not there or may not be written, or the disk is full")
        }
    }
}
