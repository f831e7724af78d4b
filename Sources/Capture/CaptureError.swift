import Sound

/// An error that keeps capture from being set up. Each description is one sentence that names the source and the
/// remedy.
///
/// An absent, busy or lost device is not an error but a `CaptureState`: capture keeps retrying.
public enum CaptureError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The source specification is invalid.
    case badSpec(String, reason: String)
    /// The sample format, rate or channel count is invalid.
    case badFormat(String, reason: String)
    /// The audio file cannot be played.
    case file(SoundError)
    /// The system refused a resource that capture needs, such as a thread or a file descriptor.
    case system(operation: String, errno: Int32)
    /// The list of sources could not be read.
    case listing(String)

    public var description: String {
        switch self {
        case .badSpec(let text, let reason):
            "'\(text)' is not a valid source: \(reason); `noted --list-sources` lists the sources"
        case .badFormat(let text, let reason):
            "'\(text)' is not a valid sample format: \(reason)"
        case .file(let error):
            error.description
        case .system(let operation, let code):
            "cannot \(operation), which capture needs: \(errnoText(code))"
        case .listing(let reason):
            "cannot list the sources: \(reason)"
        }
    }

    /// Whether the source is missing or unreadable (exit code 66), rather than invalid or damaged.
    public var isMissingInput: Bool {
        if case .file(let error) = self { error.isMissingInput } else { false }
    }
}
