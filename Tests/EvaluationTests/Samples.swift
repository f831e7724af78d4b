import Evaluation
import Foundation
import Synchronization

/// Synthetic reports.
enum Samples {
    static func stored(
        _ model: String, _ representation: String, _ window: Int, _ precision: Double, order: Double? = nil,
        recordings: [String] = ["1819", "2382", "2303"], frames: Int = 7_500, steps: Int? = nil
    ) throws -> StoredReport {
        func subset(_ name: String, _ frames: Int) -> ModelReport.Subset {
            ModelReport.Subset(
                name: name, frames: frames, labels: 10, precision: 0.5, recall: 0.25, averagePrecision: precision,
                recallCurve: [0.5, 1], precisionCurve: [1, 0.5])
        }
        let errors = ModelReport.MultiPitch(
            accuracy: 0.489, totalError: 1.0634, substitution: 0.117, miss: 0.1, falseAlarm: 0)
        let report = ModelReport(
            model: model, representation: representation, window: window, threshold: 0.276,
            all: subset("all", frames * recordings.count), recordings: recordings.map { subset($0, frames) },
            byLabelCount: [subset("1 label", 3), subset("3 labels", 0)], multiPitch: errors,
            recordingMultiPitch: recordings.map { _ in errors }, steps: steps, windowsSeen: nil, hours: nil)
        // Provenance has no public initializer, so the test decodes it.
        let text = """
            {"design": \(String(decoding: try JSONEncoder().encode(PaperProtocol()), as: UTF8.self)), "modelHash": \
            "1", "dataset": "d", "datasetHash": "2", "threshold": {"threshold": 0.276, "training": {"dataset": "t", \
            "recordings": 327, "windows": 16350, "f1": 0.66}}, "tableOrder": \(order.map { "\($0)" } ?? "null")}
            """
        return StoredReport(
            report: report, provenance: try JSONDecoder().decode(StoredReport.Provenance.self, from: Data(text.utf8)))
    }
}

/// Records the stages of a run.
final class StageLog: Sendable {
    private let stages = Mutex<[ProtocolRun.Progress.Stage]>([])

    func add(_ stage: ProtocolRun.Progress.Stage) {
        stages.withLock { if $0.last != stage { $0.append(stage) } }
    }

    var all: [ProtocolRun.Progress.Stage] { stages.withLock { $0 } }
}
