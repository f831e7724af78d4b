/// What can go wrong with a score. Every description is one sentence that names the culprit.
public enum ScoreError: Error, Equatable, Sendable, CustomStringConvertible {
    /// There is nothing at the path.
    case missingFile(path: String)
    /// The path exists and cannot be read: a directory, or no permission.
    case unreadableFile(path: String, reason: String)
    /// The file is none of the kinds that can be read, or damaged beyond use.
    case badScore(name: String, reason: String)
    /// The score holds no pitched note.
    case noNotes(name: String)

    public var description: String {
        switch self {
        case .missingFile(let path): "There is no file '\(path)'."
        case .unreadableFile(let path, let reason):
            "Cannot read '\(path)': \(reason.hasSuffix(".") ? String(reason.dropLast()) : reason)."
        case .badScore(let name, let reason): "'\(name)' is no usable score: \(reason)."
        case .noNotes(let name): "'\(name)' holds no note with a pitch: there is nothing to align or follow."
        }
    }

    /// Whether the input is missing or may not be read (exit code 66), rather than read and found bad (65).
    public var isMissingInput: Bool {
        switch self {
        case .missingFile, .unreadableFile: true
        default: false
        }
    }
}
