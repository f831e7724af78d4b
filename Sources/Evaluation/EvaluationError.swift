/// Why a model cannot be judged, or its report not be kept. Each message names the culprit and what to do.
public enum EvaluationError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The model hears or says something that the protocol has no use for.
    case unsuitable(model: String, reason: String)
    /// No recording is long enough for a single judged frame.
    case noFrames(dataset: String, seconds: Double)
    /// The folder of models is not there or may not be read.
    case unreadable(path: String, reason: String)
    /// The folder holds no model.
    case noModels(path: String)
    /// No model of the folder could be judged; the reasons were told before.
    case noReports(path: String)
    /// A recording was asked for that the dataset doesn't hold.
    case noRecording(name: String, existing: [String])
    /// A table of positions or of a reference is not what it should be.
    case badTable(path: String, reason: String)
    /// No folder holds a score, a recording and a reference together.
    case noPairs(path: String)
    /// A report could not be written.
    case cannotWrite(path: String, reason: String)

    public var description: String {
        switch self {
        case .unsuitable(let model, let reason): "the model '\(model)' cannot be judged: \(reason)"
        case .noFrames(let dataset, let seconds):
            "no recording of '\(dataset)' has a frame to judge; that takes \(Self.short(seconds)) s of audio at least"
        case .unreadable(let path, let reason): "cannot read '\(path)': \(reason)"
        case .noModels(let path): "'\(path)' holds no model; name a folder with *.safetensors files"
        case .noReports(let path): "none of the models of '\(path)' could be judged"
        case .noRecording(let name, let existing):
            "the dataset holds no recording '\(name)'; --recording takes one of "
                + existing.prefix(10).joined(separator: ", ") + (existing.count > 10 ? ", ..." : "")
        case .badTable(let path, let reason): "'\(path)' is no usable table: \(reason)"
        case .noPairs(let path):
            "'\(path)' holds no pair; name a folder with score.*, audio.* and reference.csv, or one of such folders"
        case .cannotWrite(let path, let reason): "cannot write '\(path)': \(reason)"
        }
    }

    private static func short(_ seconds: Double) -> String { "\((seconds * 100).rounded() / 100)" }
}
