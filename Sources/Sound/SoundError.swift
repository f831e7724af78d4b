/// An error in reading, writing or converting audio. Every description is one sentence that names the file or value.
public enum SoundError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The path does not exist.
    case missingFile(path: String)
    /// The path exists but cannot be read: it is a directory or a socket, or permission is denied.
    case unreadableFile(path: String, reason: String)
    /// The file is damaged, or its format is not supported by libsndfile.
    case badAudio(path: String, reason: String)
    /// Some of the file's audio is damaged or missing. Everything else was read before this was thrown.
    case damagedAudio(path: String, reason: String)
    /// The file cannot be created or written.
    case cannotWrite(path: String, reason: String)
    /// The sample rate, in Hz, is outside the supported range.
    case unsupportedRate(Double)
    /// A size or another parameter is invalid. The text is a clause that names it.
    case invalidParameter(String)

    public var description: String {
        switch self {
        case .missingFile(let path): "File '\(path)' does not exist."
        case .unreadableFile(let path, let reason): "Cannot read '\(path)': \(Self.clause(reason))."
        case .badAudio(let path, let reason): "'\(path)' is not a valid audio file: \(reason)."
        case .damagedAudio(let path, let reason): "'\(path)' is damaged: \(reason)."
        case .cannotWrite(let path, let reason): "Cannot write '\(path)': \(Self.clause(reason))."
        case .unsupportedRate(let rate):
            "A sample rate of \(rate) Hz is not supported: use one from 1,000 to 768,000 Hz."
        case .invalidParameter(let what): "Invalid parameter: \(what)."
        }
    }

    /// Whether the input is missing or unreadable (exit code 66) rather than invalid (65).
    public var isMissingInput: Bool {
        switch self {
        case .missingFile, .unreadableFile: true
        default: false
        }
    }

    /// Strips the full stop from Foundation's error descriptions.
    private static func clause(_ reason: String) -> String {
        reason.hasSuffix(".") ? String(reason.dropLast()) : reason
    }
}
