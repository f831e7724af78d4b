/// `bye`: the last line of a connection that the daemon closes.
public struct Bye: ServerNotification {
    public enum Reason: String, CaseIterable, Hashable, Sendable {
        case shutdown
        /// The client read too slowly for too long.
        case tooSlow = "too_slow"
        /// There are as many clients as the daemon takes.
        case tooManyClients = "too_many_clients"
    }

    public static let method = ServerMessage.Method.bye

    /// A `Reason`'s raw value, or a word that a newer daemon has added.
    public var reason: String
    /// A sentence for a person. May be empty.
    public var detail: String

    public init(_ reason: Reason, detail: String = "") {
        self.reason = reason.rawValue
        self.detail = detail
    }

    enum CodingKeys: String, CodingKey {
        case reason, detail
    }

    public func writeParameters(to writer: inout JSONWriter) {
        writer.member("reason", reason)
        writer.member("detail", detail)
    }
}
