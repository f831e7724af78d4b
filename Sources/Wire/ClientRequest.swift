/// One request from a client to the daemon.
public struct ClientRequest: Hashable, Sendable {
    /// Nil for a JSON-RPC notification, which is executed but never answered.
    public var id: RequestID?
    public var command: Command

    public init(id: RequestID?, _ command: Command) {
        self.id = id
        self.command = command
    }

    /// The request as one line, including the newline.
    public func encoded() -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("jsonrpc", "2.0")
        if let id { writer.member("id", id) }
        writer.member("method", command.method.rawValue)
        command.writeParameters(to: &writer)
        writer.endObject()
        writer.newline()
        return writer.bytes
    }
}

extension Command {
    /// Writes the `params` member if the command has parameters.
    fileprivate func writeParameters(to writer: inout JSONWriter) {
        switch self {
        case .status, .ping, .scoreUnload, .followStart, .followPause, .followResume, .configReload:
            return
        default:
            writer.key("params")
            writer.beginObject()
            writeMembers(to: &writer)
            writer.endObject()
        }
    }

    private func writeMembers(to writer: inout JSONWriter) {
        switch self {
        case .subscribe(let topics, let rate):
            TopicList(topics).writeMember(to: &writer)
            if let rate {
                writer.key("position_rate")
                writer.number(rate)
            }
        case .unsubscribe(let topics): TopicList(topics).writeMember(to: &writer)
        case .modelLoad(let path): writer.member("path", path)
        case .scoreLoad(let source, let options):
            source.writeMembers(to: &writer)
            if let method = options.method { writer.member("method", method.rawValue) }
            if let repeats = options.repeats { writer.member("repeats", repeats.rawValue) }
        case .followGoto(.beat(let beat)):
            writer.key("beat")
            writer.number(beat)
        case .followGoto(.measure(let measure, let pass)):
            // As a number if that is the same text: "06" and "+6" are other measures than "6".
            if let number = Int(measure), "\(number)" == measure {
                writer.member("measure", number)
            } else {
                writer.member("measure", measure)
            }
            if let pass { writer.member("pass", pass) }
        case .followGoto(.label(let label)): writer.member("label", label)
        case .sourceSelect(let source): writer.member("source", source)
        case .tuningSet(let a4):
            writer.key("a4")
            if let a4 { writer.number(a4) } else { writer.null() }
        default: return
        }
    }
}

extension Command.ScoreSource {
    fileprivate func writeMembers(to writer: inout JSONWriter) {
        switch self {
        case .path(let path): writer.member("path", path)
        case .data(let name, let bytes):
            writer.member("name", name)
            writer.key("data_base64")
            writer.base64(bytes)
        }
    }
}
