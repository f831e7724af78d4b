import Basics
import Terminal
import Wire

/// A failed connection to the daemon, or a failed request.
public enum ConnectionError: Error, Hashable, Sendable, CustomStringConvertible {
    /// No daemon accepts connections at the path.
    case unreachable(path: String, reason: String)
    /// The path does not fit in a socket address.
    case pathTooLong(path: String, limit: Int)
    /// The daemon closed the connection before it answered.
    case closed(reason: String)
    case timedOut(seconds: Double)
    /// The daemon rejected the request.
    case refused(ResponseError)
    /// The peer does not speak the daemon's protocol.
    case notUnderstood(String)
    case failed(DescriptorError)

    public var description: String {
        switch self {
        case .unreachable(let path, let reason):
            "cannot reach noted at \(path): \(reason); start it with 'systemctl --user start noted' or run 'noted'"
        case .pathTooLong(let path, let limit):
            "the socket path '\(path)' is longer than \(limit) bytes, the system's limit; choose a shorter path"
        case .closed(let reason):
            "noted closed the connection before it answered\(reason.isEmpty ? "" : ": \(reason)")"
        case .timedOut(let seconds):
            "noted did not answer within \(Numeral.decimal(seconds, places: 0)) s; check it with 'notectl status'"
        case .refused(let error): error.message
        case .notUnderstood(let reason): reason
        case .failed(let error): "the connection to noted failed: \(error)"
        }
    }

    /// The exit code for this error.
    public var exitStatus: ExitStatus {
        switch self {
        case .unreachable: .noAudio
        case .pathTooLong: .usage
        case .closed, .timedOut, .failed, .notUnderstood: .ioError
        case .refused(let error):
            switch error.knownCode {
            case .modelNotLoaded, .scoreNotLoaded: .badData
            case .sourceNotOpened: .noAudio
            case .noScore: .missingInput
            case .invalidParameters: .usage
            default: .ioError
            }
        }
    }
}
