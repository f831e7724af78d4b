import Foundation
import Networks

extension Model {
    /// Copies the model with other thresholds.
    public func with(thresholds: NoteThresholds) throws(ModelError) -> Model {
        var info = info
        info.thresholds = thresholds
        return try Model(info: info, tensors: tensors)
    }

    /// Copies the model with the thresholds and the confidence curve of another model.
    public func withCalibration(of base: ModelInfo) throws(ModelError) -> Model {
        var info = info
        info.thresholds = base.thresholds
        info.confidence = base.confidence
        return try Model(info: info, tensors: tensors)
    }

    /// Copies the model with the inputs and results of its fine-tuning in the metadata, under `teaching` and
    /// `evaluation`.
    public func withMetadata(_ plan: FineTuningPlan, _ report: FineTuningReport) throws -> Model {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        var info = info
        info.extra["teaching"] = String(decoding: try encoder.encode(plan), as: UTF8.self)
        info.extra["evaluation"] = String(decoding: try encoder.encode(report), as: UTF8.self)
        return try Model(info: info, tensors: tensors)
    }
}
