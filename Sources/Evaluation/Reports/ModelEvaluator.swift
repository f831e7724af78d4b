import Datasets
import Foundation
import Networks

/// Evaluates model files under the paper's protocol, and reuses stored reports that are still valid.
public struct ModelEvaluator: Sendable {
    public let dataset: DatasetFolder
    /// The dataset that thresholds are chosen on; nil for the models' own thresholds.
    public let training: DatasetFolder?
    private let design: PaperProtocol
    private let datasetHash: String
    private let trainingHash: String?

    /// Reads the label files of both datasets, to compute their fingerprints.
    public init(dataset: DatasetFolder, training: DatasetFolder?, design: PaperProtocol = PaperProtocol()) {
        self.dataset = dataset
        self.training = training
        self.design = design
        datasetHash = DatasetFingerprint.of(dataset)
        trainingHash = training.map(DatasetFingerprint.of)
    }

    /// The number of recordings that belong to both datasets. If there are any, the threshold is chosen on evaluation
    /// data.
    public var commonRecordings: Int {
        let known = Set((training?.recordings ?? []).map { Self.resolved($0.audioPath) })
        return dataset.recordings.count { known.contains(Self.resolved($0.audioPath)) }
    }

    /// Reasons to doubt the results, a sentence each.
    public var warnings: [String] {
        var result = dataset.unlabelled.map { "\($0) has no labels and is ignored" }
        if commonRecordings > 0 {
            result.append(
                "the threshold is chosen on \(commonRecordings) of the recordings that the model is evaluated on, "
                    + "so precision and recall are too optimistic")
        }
        return result
    }

    private static func resolved(_ path: String) -> String { URL(fileURLWithPath: path).resolvingSymlinksInPath().path }

    /// The path of a model's stored report: `NAME.report.json` beside the model.
    public static func reportPath(model path: String) -> String {
        (path as NSString).deletingPathExtension + ".report.json"
    }

    /// The stored report, if it was made from the same model, recordings and protocol; otherwise nil.
    public func stored(model path: String) -> StoredReport? {
        guard var found = StoredReport.read(Self.reportPath(model: path)),
            let wanted = provenance(path, threshold: found.provenance.threshold),
            found.provenance.isSame(as: wanted)
        else { return nil }
        found.report.model = Self.name(path)
        return found
    }

    /// Evaluates a model, even if a stored report is valid. Only the threshold is taken from a stored report, if it was
    /// chosen in the same way.
    ///
    /// - Parameters:
    ///   - jobs: the number of recordings to process in parallel.
    ///   - progress: see ``ProtocolRun``.
    /// - Throws: the errors of `Model(contentsOf:)` and ``ProtocolRun``.
    public func evaluate(
        model path: String, jobs: Int, progress: @escaping ProtocolRun.ProgressBody = { _ in }
    ) throws -> StoredReport {
        let model = try Model(contentsOf: path)
        let run = ProtocolRun(model: model, design: design, jobs: jobs, progress: progress)
        guard var provenance = provenance(path, threshold: ThresholdChoice(threshold: model.info.thresholds.on)) else {
            throw EvaluationError.unreadable(path: path, reason: "the file was removed during the evaluation")
        }
        let known = StoredReport.read(Self.reportPath(model: path))?.provenance
        if let known, known.hasThreshold(of: provenance) {
            provenance.threshold = known.threshold
        } else {
            provenance.threshold = try run.threshold(training: training)
        }
        provenance.tableOrder = model.info.extra["table_order"].flatMap { Double($0) }.flatMap {
            $0.isFinite ? $0 : nil
        }
        let report = try run.report(
            name: Self.name(path), dataset: dataset, threshold: provenance.threshold)
        return StoredReport(report: report, provenance: provenance)
    }

    /// Whether an error concerns the model alone, so that other models can still be evaluated.
    public static func isFault(ofModel error: any Error) -> Bool {
        if case EvaluationError.unsuitable = error { return true }
        return error is ModelError
    }

    private func provenance(_ path: String, threshold: ThresholdChoice) -> StoredReport.Provenance? {
        ContentHash.ofFile(path).map { hash in
            StoredReport.Provenance(
                design: design, modelHash: hash, dataset: dataset.path, datasetHash: datasetHash,
                trainingHash: trainingHash, threshold: threshold)
        }
    }

    private static func name(_ path: String) -> String {
        URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
    }
}

/// Identifies a dataset by the names of its recordings, the sizes of its audio files and the contents of its label
/// files.
public enum DatasetFingerprint {
    /// 16 hexadecimal digits. Reads all label files. Unreadable ones count as empty, because the evaluation reports
    /// them.
    public static func of(_ dataset: DatasetFolder) -> String {
        var hash = ContentHash()
        for recording in dataset.recordings {
            let size = try? FileManager.default.attributesOfItem(atPath: recording.audioPath)[.size] as? Int
            hash.add(recording.name)
            hash.add("\(size ?? 0)")
            hash.add(FileManager.default.contents(atPath: recording.labelPath) ?? Data())
        }
        return hash.text
    }
}
