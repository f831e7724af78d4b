/// Why a model could not be read, validated or run. Each message names the problem and, where possible, a remedy.
public enum ModelError: Error, Equatable, CustomStringConvertible {
    /// The file does not exist or cannot be read.
    case unreadable(path: String, reason: String)
    /// The file is not a safetensors file, or is damaged.
    case malformed(path: String, reason: String)
    /// The file's tensors or metadata are not those of a valid `noted` model.
    case mismatch(path: String, reason: String)
    /// The declared layers do not fit together.
    case architecture(String)
    /// The architecture is valid but cannot run as a stream.
    case notStreamable(String)
    /// The model's filters cannot be shifted to another tuning.
    case notTunable(String)

    public var description: String {
        switch self {
        case .unreadable(let path, let reason):
            "cannot read the model '\(path)': \(reason)"
        case .malformed(let path, let reason):
            "'\(path)' is not a valid safetensors file: \(reason); fetch or train the model again"
        case .mismatch(let path, let reason):
            "'\(path)' is not a valid model: \(reason); fetch or train the model again"
        case .architecture(let reason):
            "the model's architecture is invalid: \(reason)"
        case .notStreamable(let reason):
            "the model cannot run live: \(reason)"
        case .notTunable(let reason): reason
        }
    }
}

extension DecodingError {
    /// A phrase that describes why a file could not be decoded and names the place.
    public static func reason(_ error: any Error) -> String {
        guard let error = error as? DecodingError else { return "\(error)" }
        switch error {
        case .keyNotFound(let key, _): return "'\(key.stringValue)' is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            let place = context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }
            return context.debugDescription + (place.isEmpty ? "" : " (at \(place.joined(separator: ".")))")
        @unknown default: return "\(error)"
        }
    }
}
