/// Why a model could not be read, checked or run. Each message names what is wrong and what to do.
public enum ModelError: Error, Equatable, CustomStringConvertible {
    /// The file is not there or may not be read.
    case unreadable(path: String, reason: String)
    /// The file is no safetensors file, or a damaged one.
    case malformed(path: String, reason: String)
    /// The file holds tensors, but not those of a `noted` model, or not in the promised shape.
    case mismatch(path: String, reason: String)
    /// The declared layers do not fit each other.
    case architecture(String)
    /// The architecture is sound but cannot be run as a stream.
    case notStreamable(String)

    public var description: String {
        switch self {
        case .unreadable(let path, let reason):
            "cannot read the model '\(path)': \(reason)"
        case .malformed(let path, let reason):
            "'\(path)' is not a usable safetensors file: \(reason); fetch or train the model again"
        case .mismatch(let path, let reason):
            "'\(path)' does not hold what it declares: \(reason); fetch or train the model again"
        case .architecture(let reason):
            "the model's architecture makes no sense: \(reason)"
        case .notStreamable(let reason):
            "the model cannot run live: \(reason)"
        }
    }
}
