/// The exit codes of every program here, after BSD's sysexits.
public enum ExitStatus: Int32, Sendable {
    case success = 0
    /// The command line makes no sense.
    case usage = 64
    /// A file was read, and what it holds is unusable.
    case badData = 65
    /// A file that was named is not there or may not be read.
    case missingInput = 66
    /// There is no sound to be had.
    case noAudio = 69
    /// Reading or writing failed under way.
    case ioError = 74
    /// The configuration, or the socket it names, cannot be used.
    case config = 78
}
