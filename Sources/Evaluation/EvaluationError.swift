/// Why an evaluation failed. Each message names the offending file or model and, where possible, the remedy.
public enum EvaluationError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The protocol does not support the model: its sample rate, hop or heads.
    case unsuitable(model: String, reason: String)
    /// No recording is long enough for a single frame of the protocol.
    case noFrames(dataset: String, seconds: Double)
    /// A file or folder is missing, or the user may not read it.
    case unreadable(path: String, reason: String)
    /// The folder contains no models.
    case noModels(path: String)
    /// No model in the folder could be evaluated. The reason for each was reported before.
    case noReports(path: String)
    /// The dataset does not contain the requested recording.
    case noRecording(name: String, existing: [String])
    /// A table of positions or reference onsets is invalid.
    case badTable(path: String, reason: String)
    /// No folder contains a score, a recording and a reference.
    case noPairs(path: String)
    /// A result could not be written.
    case cannotWrite(path: String, reason: String)

    public var description: String {
        switch self {
        case .unsuitable(let model, let reason): "the model '\(model)' cannot be evaluated: \(reason)"
        case .noFrames(let dataset, let seconds):
            "no recording in '\(dataset)' is long enough to evaluate; at least \(Self.short(seconds)) s are needed"
        case .unreadable(let path, let reason): "cannot read '\(path)': \(reason)"
        case .noModels(let path): "'\(path)' contains no models; name a folder with *.safetensors files"
        case .noReports(let path): "none of the models in '\(path)' could be evaluated"
        case .noRecording(let name, let existing):
            "the dataset does not contain a recording '\(name)'; the recordings are "
                + existing.prefix(10).joined(separator: ", ") + (existing.count > 10 ? ", ..." : "")
        case .badTable(let path, let reason): "'\(path)' is not a valid table: \(reason)"
        case .noPairs(let path):
            "'\(path)' contains no pairs, which are folders with score.*, audio.* and reference.csv"
        case .cannotWrite(let path, let reason): "cannot write '\(path)': \(reason)"
        }
    }

    private static func short(_ seconds: Double) -> String { "\((seconds * 100).rounded() / 100)" }
}
