import Sound

/// Why capture cannot be set up. Each description is one sentence that names the source and says what to do.
///
/// A device that is absent, busy or lost is not an error but a `CaptureState`: capture goes on trying.
public enum CaptureError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A source specification that means nothing.
    case badSpec(String, reason: String)
    /// A sample format, rate or channel count that means nothing.
    case badFormat(String, reason: String)
    /// A sound file that cannot be played.
    case file(SoundError)
    /// The system refused something that capture cannot do without (a thread, a file descriptor).
    case system(operation: String, errno: Int32)
    /// A sound system's own list of sources could not be read.
    case listing(String)

    public var description: String {
        switch self {
        case .badSpec(let text, let reason):
            "'\(text)' is no source: \(reason); `noted --list-sources` shows what there is"
        case .badFormat(let text, let reason):
            "'\(text)' does not describe samples: \(reason)"
        case .file(let error):
            error.description
        case .system(let operation, let code):
            "cannot \(operation): \(errnoText(code)); capture needs it"
        case .listing(let reason):
            "cannot list the sources: \(reason)"
        }
    }

    /// Whether the source is missing or may not be read (exit code 66), rather than badly named or damaged.
    public var isMissingInput: Bool {
        if case .file(let error) = self { error.isMissingInput } else { false }
    }
}
