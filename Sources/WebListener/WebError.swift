/// An error that keeps the HTTP listener from starting. Each message names the remedy.
public enum WebError: Error, Equatable, CustomStringConvertible {
    /// The text is not ADDR:PORT.
    case badAddress(String)
    /// The system refuses to listen.
    case refused(address: String, reason: String)

    public var description: String {
        switch self {
        case .badAddress(let text):
            "'\(text)' is not an HTTP address; write an IP address or localhost, and a port, such as 127.0.0.1:9464"
        case .refused(let address, let reason):
            "cannot listen for HTTP at \(address): \(reason)"
        }
    }
}
