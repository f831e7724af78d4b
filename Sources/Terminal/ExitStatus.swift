/// The exit codes of all programs in this package, following BSD's sysexits.
public enum ExitStatus: Int32, Sendable {
    case success = 0
    /// The command line is invalid.
    case usage = 64
    /// The content of an input file is invalid.
    case badData = 65
    /// An input file does not exist or cannot be read.
    case missingInput = 66
    /// No audio source is available, or no daemon is running.
    case noAudio = 69
    /// Reading or writing failed.
    case ioError = 74
    /// The configuration, or the socket it names, cannot be used.
    case config = 78
}
