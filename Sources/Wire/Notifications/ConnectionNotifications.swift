/// `hello`: the first line of every connection.
public struct Hello: ServerNotification {
    /// The protocol version of this library. It changes only if clients must adapt; additions do not change it.
    public static let currentProtocol = 1

    public struct Model: Hashable, Sendable, Decodable, JSONWritable {
        public var name: String
        /// The model's algorithmic latency: how long after a sound its posterior is available.
        public var lookaheadMilliseconds: Double

        public init(name: String, lookaheadMilliseconds: Double) {
            self.name = name
            self.lookaheadMilliseconds = lookaheadMilliseconds
        }

        enum CodingKeys: String, CodingKey {
            case name
            case lookaheadMilliseconds = "lookahead_ms"
        }

        public func write(to writer: inout JSONWriter) {
            writer.beginObject()
            writer.member("name", name)
            writer.member("lookahead_ms", lookaheadMilliseconds, decimals: 3)
            writer.endObject()
        }
    }

    public static let method = ServerMessage.Method.hello

    /// `protocol` on the wire.
    public var protocolVersion: Int
    /// The daemon's name and version, such as "noted 0.1.0".
    public var server: String
    /// Nil while no model is loaded.
    public var model: Model?
    /// The source, written as on the command line, such as "pulse:alsa_input.usb".
    public var source: String
    /// The sample rate of the analysis and of every `sample` on the wire, in hertz.
    public var sampleRate: Int
    /// Samples between successive posteriors.
    public var hop: Int
    /// Samples that one posterior depends on.
    public var window: Int
    public var epoch: Int

    public init(
        protocolVersion: Int = Hello.currentProtocol, server: String, model: Model?, source: String,
        sampleRate: Int = 44_100, hop: Int = 512, window: Int = 16_384, epoch: Int
    ) {
        self.protocolVersion = protocolVersion
        self.server = server
        self.model = model
        self.source = source
        self.sampleRate = sampleRate
        self.hop = hop
        self.window = window
        self.epoch = epoch
    }

    enum CodingKeys: String, CodingKey {
        case protocolVersion = "protocol"
        case server, model, source
        case sampleRate = "sample_rate"
        case hop, window, epoch
    }

    public func writeParameters(to writer: inout JSONWriter) {
        writer.member("protocol", protocolVersion)
        writer.member("server", server)
        writer.member("model", model)
        writer.member("source", source)
        writer.member("sample_rate", sampleRate)
        writer.member("hop", hop)
        writer.member("window", window)
        writer.member("epoch", epoch)
    }
}

/// `bye`: the last line before the daemon closes a connection.
public struct Bye: ServerNotification {
    public enum Reason: String, CaseIterable, Hashable, Sendable {
        case shutdown
        /// The client read too slowly.
        case tooSlow = "too_slow"
        /// The daemon already has its maximum number of clients.
        case tooManyClients = "too_many_clients"
    }

    public static let method = ServerMessage.Method.bye

    /// A `Reason`'s raw value, or a value added by a newer daemon.
    public var reason: String
    /// An explanation in one sentence; may be empty.
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
