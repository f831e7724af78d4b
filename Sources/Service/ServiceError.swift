/// Why the daemon cannot start, or cannot do what it is told. Each message says what to do about it.
public enum ServiceError: Error, Equatable, CustomStringConvertible {
    /// A line of a configuration file, or the file as a whole (`line` nil), makes no sense.
    case configuration(path: String, line: Int?, reason: String)
    /// The configuration file that the command line names is not there or may not be read.
    case configurationUnreadable(path: String, reason: String)
    /// The socket cannot be made at `path`.
    case socket(path: String, reason: String)
    /// Another daemon answers at `path`.
    case alreadyRunning(path: String)
    /// What systemd handed over is no socket to listen on.
    case activation(String)
    /// A model that is sound by itself and doesn't fit this daemon.
    case unsuitableModel(name: String, reason: String)
    /// A score can't be read or prepared; the reason is a sentence that names it.
    case score(reason: String, isMissing: Bool)
    /// A score that is sound by itself and can't be followed here.
    case unsuitableScore(name: String, reason: String)

    public var description: String {
        switch self {
        case .configuration(let path, let line, let reason):
            "\(path):\(line.map { "\($0):" } ?? "") \(reason)"
        case .configurationUnreadable(let path, let reason):
            "cannot read the configuration '\(path)': \(reason)"
        case .socket(let path, let reason):
            "cannot listen at '\(path)': \(reason)"
        case .alreadyRunning(let path):
            "noted is already running at \(path); stop it first, or name another place with --socket"
        case .activation(let reason):
            "cannot use the sockets that systemd passed: \(reason)"
        case .unsuitableModel(let name, let reason):
            "the model '\(name)' cannot be used here: \(reason)"
        case .score(let reason, _): reason
        case .unsuitableScore(let name, let reason):
            "the score '\(name)' cannot be followed: \(reason)"
        }
    }
}
