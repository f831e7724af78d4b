import Capture

/// An error that keeps the daemon from starting or from executing a request. Each message names the remedy.
public enum DaemonError: Error, Equatable, CustomStringConvertible {
    /// A line of a configuration file, or the whole file (`line` is nil), is invalid.
    case configuration(path: String, line: Int?, reason: String)
    /// The configuration file named on the command line is missing or unreadable.
    case configurationUnreadable(path: String, reason: String)
    /// The socket cannot be created at `path`.
    case socket(path: String, reason: String)
    /// Another daemon is listening at `path`.
    case alreadyRunning(path: String)
    /// A descriptor passed by systemd cannot be listened on.
    case activation(String)
    /// The HTTP listener cannot be started. The reason is a sentence that names the address.
    case http(reason: String)
    /// A valid model that this daemon cannot run.
    case unsuitableModel(name: String, reason: String)
    /// A score cannot be read or prepared. The reason is a sentence that names it.
    case score(reason: String, isMissing: Bool)
    /// The source ended prematurely.
    case source(EndFailure)
    /// A valid score that cannot be followed.
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
            "noted is already running at \(path); stop it first, or choose another path with --socket"
        case .activation(let reason):
            "cannot use the sockets that systemd passed: \(reason)"
        case .http(let reason): reason
        case .unsuitableModel(let name, let reason):
            "the model '\(name)' cannot be used: \(reason)"
        case .score(let reason, _): reason
        case .source(let failure): failure.reason
        case .unsuitableScore(let name, let reason):
            "the score '\(name)' cannot be followed: \(reason)"
        }
    }
}
