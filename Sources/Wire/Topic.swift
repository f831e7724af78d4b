/// A subject that clients subscribe to. Every client starts with `initial`.
///
/// `hello`, `resync`, `discontinuity` and `bye` belong to no topic: every client receives them, because without them it
/// would misinterpret other notifications.
public enum Topic: String, CaseIterable, Hashable, Sendable, Codable {
    /// `note_on`, `note_off` and `missed`.
    case notes
    /// `position` and `jump`.
    case position
    /// `source_state`, `score`, `follow_state`, `tuning` and `overload`.
    case state
    /// `level`, about ten times a second.
    case level
    /// `activations`, for every hop.
    case activations

    /// The topics of a new client, chosen so that plain `socat` is useful.
    public static let initial: Set<Topic> = [.notes, .position, .state]
}

/// The result of `subscribe` and `unsubscribe`: the client's topics, in the order of `Topic`.
public struct TopicList: Hashable, Sendable, Codable {
    public var topics: [Topic]

    public init(_ topics: Set<Topic>) {
        self.topics = Topic.allCases.filter(topics.contains)
    }

    func writeMember(to writer: inout JSONWriter) {
        writer.key("topics")
        writer.beginArray()
        for topic in topics { writer.string(topic.rawValue) }
        writer.endArray()
    }
}

extension TopicList: JSONWritable {
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writeMember(to: &writer)
        writer.endObject()
    }
}
