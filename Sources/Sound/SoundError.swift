/// What can go wrong with sound files and sample rates. Every description is one sentence that names the culprit.
public enum SoundError: Error, Equatable, Sendable, CustomStringConvertible {
    /// There is nothing at the path.
    case missingFile(path: String)
    /// The path exists and cannot be read: a directory, a socket, or no permission.
    case unreadableFile(path: String, reason: String)
    /// The file was read, and it is no sound that libsndfile understands, or it is damaged.
    case badAudio(path: String, reason: String)
    /// A file cannot be created or written.
    case cannotWrite(path: String, reason: String)
    /// A sample rate outside what can be resampled.
    case unsupportedRate(Double)
    /// A size or another parameter that makes no sense.
    case invalidParameter(String)

    public var description: String {
        switch self {
        case .missingFile(let path): "There is no file '\(path)'."
        case .unreadableFile(let path, let reason): "Cannot read '\(path)': \(Self.clause(reason))."
        case .badAudio(let path, let reason): "'\(path)' is no usable audio file: \(reason)."
        case .cannotWrite(let path, let reason): "Cannot write '\(path)': \(Self.clause(reason))."
        case .unsupportedRate(let rate):
            "A sample rate of \(rate) Hz is not supported: use one from 1,000 to 768,000 Hz."
        case .invalidParameter(let what): "Invalid parameter: \(what)."
        }
    }

    /// Whether the input is missing or may not be read (exit code 66), rather than read and found bad (65).
    public var isMissingInput: Bool {
        switch self {
        case .missingFile, .unreadableFile: true
        default: false
        }
    }

    /// Foundation's reasons are sentences with a full stop of their own.
    private static func clause(_ reason: String) -> String {
        reason.hasSuffix(".") ? String(reason.dropLast()) : reason
    }
}
