import Datasets
import Foundation
import Networks

/// Judges model files by the paper's protocol and knows when a report on file spares the work.
public struct ModelJudge: Sendable {
    public let dataset: DatasetFolder
    /// The folder that thresholds are chosen on; nil for the models' own.
    public let training: DatasetFolder?
    private let design: PaperProtocol
    private let datasetHash: String
    private let trainingHash: String?

    /// Reads the label files of both folders.
    public init(dataset: DatasetFolder, training: DatasetFolder?, design: PaperProtocol = PaperProtocol()) {
        self.dataset = dataset
        self.training = training
        self.design = design
        datasetHash = DatasetFingerprint.of(dataset)
        trainingHash = training.map(DatasetFingerprint.of)
    }

    /// Recordings that are judged and that the threshold is chosen on too: then it is chosen in hindsight.
    public var commonRecordings: Int {
        let known = Set((training?.recordings ?? []).map { Self.resolved($0.audioPath) })
        return dataset.recordings.count { known.contains(Self.resolved($0.audioPath)) }
    }

    /// What somebody should know before the figures are trusted, a sentence each.
    public var warnings: [String] {
        var result = dataset.unlabelled.map { "\($0) has no labels; left out" }
        if commonRecordings > 0 {
            result.append(
                "the threshold is chosen on recordings that are judged too (\(commonRecordings) of them): "
                    + "precision and recall will be better than they should")
        }
        return result
    }

    private static func resolved(_ path: String) -> String { URL(fileURLWithPath: path).resolvingSymlinksInPath().path }

    /// Where a model's report is kept: `NAME.report.json` beside it.
    public static func reportPath(model path: String) -> String {
        (path as NSString).deletingPathExtension + ".report.json"
    }

    /// The report on file if it was made from the same model, recordings and protocol.
    public func stored(model path: String) -> StoredReport? {
        guard var found = StoredReport.read(Self.reportPath(model: path)),
            let wanted = provenance(path, threshold: found.provenance.threshold),
            found.provenance.isSame(as: wanted)
        else { return nil }
        found.report.model = Self.name(path)
        return found
    }

    /// Judges a model, whatever is on file; only a threshold is taken from there if it was chosen in the same way.
    ///
    /// - Parameters:
    ///   - jobs: recordings at a time.
    ///   - progress: see ``ProtocolRun``.
    /// - Throws: what `Model(contentsOf:)` and ``ProtocolRun`` throw.
    public func judge(
        model path: String, jobs: Int, progress: @escaping ProtocolRun.ProgressBody = { _ in }
    ) throws -> StoredReport {
        let model = try Model(contentsOf: path)
        let run = ProtocolRun(model: model, design: design, jobs: jobs, progress: progress)
        guard var provenance = provenance(path, threshold: ThresholdChoice(threshold: model.info.thresholds.on)) else {
            throw EvaluationError.unreadable(path: path, reason: "it has just gone")
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

    /// Whether an error met in judging is the model's own fault, so that the next model may do better.
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

/// Tells whether two datasets are the same: recordings' names, sizes of audio files and contents of label files.
public enum DatasetFingerprint {
    /// 16 hexadecimal digits. Reads the label files; those that cannot be read count as empty, as judging will say so.
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
