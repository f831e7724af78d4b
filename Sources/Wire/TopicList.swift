/// The answer to `subscribe` and `unsubscribe`: the topics that a client has now, in the order of `Topic`.
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
