import Basics
import Terminal
import Wire

/// Why the daemon could not be asked, or did not do as it was asked.
public enum ConnectionError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Nothing answers at the path.
    case unreachable(path: String, reason: String)
    /// The path doesn't fit into a socket address.
    case pathTooLong(path: String, limit: Int)
    /// The daemon closed the connection before it answered.
    case closed(reason: String)
    case timedOut(seconds: Double)
    /// The daemon refused the request.
    case refused(ResponseError)
    /// What came is not this protocol.
    case notUnderstood(String)
    case failed(DescriptorError)

    public var description: String {
        switch self {
        case .unreachable(let path, let reason):
            "cannot reach noted at \(path): \(reason); start it with 'systemctl --user start noted' or run 'noted'"
        case .pathTooLong(let path, let limit):
            "the socket path '\(path)' is longer than the \(limit) bytes a socket address holds; choose a shorter one"
        case .closed(let reason):
            "noted closed the connection before it answered\(reason.isEmpty ? "" : ": \(reason)")"
        case .timedOut(let seconds):
            "noted did not answer within \(Numeral.decimal(seconds, places: 0)) s; 'notectl status' may tell why"
        case .refused(let error): error.message
        case .notUnderstood(let reason): reason
        case .failed(let error): "the connection to noted failed: \(error)"
        }
    }

    /// The exit code that fits.
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
