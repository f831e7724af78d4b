import Logging

/// Notices when the daemon's socket file disappears or is replaced while the daemon runs, and logs each change once.
///
/// The daemon keeps its clients, but nobody else can connect. It does not create the file anew: whoever removed it, or
/// put another in its place, may have done so on purpose. A pure value; the caller supplies the state of the file.
struct SocketFileWatch: Sendable {
    let path: String
    private var last = SocketFile.Presence.present

    init(path: String) { self.path = path }

    /// The message to log if the state has changed; nil otherwise.
    mutating func check(_ presence: SocketFile.Presence) -> (level: Logger.Level, text: String)? {
        guard presence != last else { return nil }
        last = presence
        switch presence {
        case .present: return (.notice, "the socket file \(path) is back")
        case .removed:
            let text = "the socket file \(path) was removed: connected clients stay, but nobody can connect; "
            return (.warning, text + "restart noted")
        case .replaced:
            let text = "the socket file \(path) was replaced by another: new clients don't reach this daemon; "
            return (.warning, text + "stop the other program or restart noted")
        }
    }
}
