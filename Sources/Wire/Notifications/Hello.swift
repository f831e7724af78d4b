/// `hello`: the first line of every connection.
public struct Hello: ServerNotification {
    /// The version of the protocol that this library speaks. It grows when a client must know; additions don't count.
    public static let currentProtocol = 1

    public struct Model: Hashable, Sendable, Decodable, JSONWritable {
        public var name: String
        /// How long after a sound the model speaks of it, by its construction.
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
    /// Name and version of the daemon, such as "noted 0.1.0".
    public var server: String
    /// Nil while no model is loaded.
    public var model: Model?
    /// The source as on the command line, such as "pulse:alsa_input.usb".
    public var source: String
    /// Of the analysis and of every `sample` on the wire, in hertz.
    public var sampleRate: Int
    /// Samples from one posterior to the next.
    public var hop: Int
    /// Samples that one posterior is computed from.
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
