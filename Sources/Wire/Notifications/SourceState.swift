/// `source_state`: how the sound comes in.
public struct SourceState: ServerNotification {
    public enum State: String, CaseIterable, Hashable, Sendable, Codable {
        /// The device or the server isn't there (yet); the daemon keeps trying.
        case waiting
        case running
        /// Open, but no sound arrives.
        case stalled
        /// It will not come back by itself; `detail` says what to do.
        case failed
    }

    public static let method = ServerMessage.Method.sourceState

    public var state: State
    /// The source as on the command line, such as "pulse:alsa_input.usb".
    public var source: String
    /// A sentence for a person: the device in use, or why there is none. May be empty.
    public var detail: String

    public init(state: State, source: String, detail: String) {
        self.state = state
        self.source = source
        self.detail = detail
    }

    public func writeParameters(to writer: inout JSONWriter) {
        writer.member("state", state.rawValue)
        writer.member("source", source)
        writer.member("detail", detail)
    }
}
