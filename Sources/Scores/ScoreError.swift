/// An error in reading a score. Every description is one sentence that names the file.
public enum ScoreError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The path does not exist.
    case missingFile(path: String)
    /// The path exists but cannot be read: it is a directory, or permission is denied.
    case unreadableFile(path: String, reason: String)
    /// The format is not supported, or the file is too damaged to use.
    case badScore(name: String, reason: String)
    /// The score has no pitched notes.
    case noNotes(name: String)

    public var description: String {
        switch self {
        case .missingFile(let path): "File '\(path)' does not exist."
        case .unreadableFile(let path, let reason):
            "Cannot read '\(path)': \(reason.hasSuffix(".") ? String(reason.dropLast()) : reason)."
        case .badScore(let name, let reason): "'\(name)' is not a valid score: \(reason)."
        case .noNotes(let name): "'\(name)' has no pitched notes: it cannot be aligned or followed."
        }
    }

    /// Whether the input is missing or unreadable (exit code 66) rather than invalid (65).
    public var isMissingInput: Bool {
        switch self {
        case .missingFile, .unreadableFile: true
        default: false
        }
    }
}
