/// The answer to `status`: what the daemon is doing and how well. Members may be added; a reader ignores what it
/// doesn't know.
public struct Status: Hashable, Sendable, Decodable {
    /// Name and version of the daemon, such as "noted 0.1.0".
    public var server: String
    public var protocolVersion: Int
    public var processID: Int
    public var uptimeSeconds: Double
    /// Where the analysis is.
    public var epoch: Int
    public var sample: Int64
    public var source: Source
    /// Nil while no model is loaded.
    public var model: Model?
    /// MIDI note numbers sounding now, ascending.
    public var notes: [Int]
    public var level: LevelReading
    public var delay: Delay
    /// As `delay`, over all notes since the daemon started; nil from a daemon that doesn't say.
    public var delaySinceStart: Delay?
    /// From the sound in the air to the line on the socket, less the model's lookahead, over the last minute: `delay`, and
    /// what capture and the decision for a note take. Nil from a daemon that doesn't say.
    public var delayFromSound: Delay?
    public var cpu: Processor
    public var counters: Counters
    public var clients: Int
    /// Nil while none is loaded, and from a daemon that follows no scores; so is `follow`.
    public var score: ScoreDescription?
    public var follow: Follow?

    public init(
        server: String, protocolVersion: Int = Hello.currentProtocol, processID: Int, uptimeSeconds: Double,
        epoch: Int, sample: Int64, source: Source, model: Model?, notes: [Int], level: LevelReading, delay: Delay,
        cpu: Processor, counters: Counters, clients: Int, delaySinceStart: Delay? = nil, delayFromSound: Delay? = nil,
        score: ScoreDescription? = nil, follow: Follow? = nil
    ) {
        self.server = server
        self.protocolVersion = protocolVersion
        self.processID = processID
        self.uptimeSeconds = uptimeSeconds
        self.epoch = epoch
        self.sample = sample
        self.source = source
        self.model = model
        self.notes = notes
        self.level = level
        self.delay = delay
        self.delaySinceStart = delaySinceStart
        self.delayFromSound = delayFromSound
        self.cpu = cpu
        self.counters = counters
        self.clients = clients
        self.score = score
        self.follow = follow
    }

    enum CodingKeys: String, CodingKey {
        case server
        case protocolVersion = "protocol"
        case processID = "pid"
        case uptimeSeconds = "uptime_s"
        case epoch, sample, source, model, notes, level, delay, cpu, counters, clients, score, follow
        case delaySinceStart = "delay_since_start"
        case delayFromSound = "delay_from_sound"
    }
}

extension Status: JSONWritable {
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("server", server)
        writer.member("protocol", protocolVersion)
        writer.member("pid", processID)
        writer.member("uptime_s", uptimeSeconds, decimals: 3)
        writer.moment(epoch: epoch, sample: sample)
        writer.member("source", source)
        writer.member("model", model)
        writer.member("score", score)
        writer.member("follow", follow)
        writer.member("notes", notes)
        writer.member("level", level)
        writer.member("delay", delay)
        if let delaySinceStart { writer.member("delay_since_start", delaySinceStart) }
        if let delayFromSound { writer.member("delay_from_sound", delayFromSound) }
        writer.member("cpu", cpu)
        writer.member("counters", counters)
        writer.member("clients", clients)
        writer.endObject()
    }
}
