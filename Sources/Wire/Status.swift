/// The result of `status`: the state and performance of the daemon. Members may be added; readers ignore unknown ones.
public struct Status: Hashable, Sendable, Decodable {
    /// The daemon's name and version, such as "noted 0.1.0".
    public var server: String
    public var protocolVersion: Int
    public var processID: Int
    public var uptimeSeconds: Double
    /// The position of the analysis.
    public var epoch: Int
    public var sample: Int64
    public var source: Source
    /// Nil while no model is loaded.
    public var model: Model?
    /// The sounding MIDI note numbers, ascending.
    public var notes: [Int]
    public var level: LevelReading
    public var delay: Delay
    /// Like `delay`, over all notes since the daemon started; nil from an older daemon.
    public var delaySinceStart: Delay?
    /// The delay from the sound in the air to the line on the socket, minus the model's lookahead, over the last
    /// minute. Includes `delay`, the capture latency and the time to decide on a note. Nil from an older daemon.
    public var delayFromSound: Delay?
    public var cpu: Processor
    public var counters: Counters
    public var clients: Int
    /// Nil while no score is loaded or if the daemon does not support scores, like `follow`.
    public var score: ScoreDescription?
    public var follow: Follow?
    /// Nil from an older daemon.
    public var tuning: Tuning?

    public init(
        server: String, protocolVersion: Int = Hello.currentProtocol, processID: Int, uptimeSeconds: Double,
        epoch: Int, sample: Int64, source: Source, model: Model?, notes: [Int], level: LevelReading, delay: Delay,
        cpu: Processor, counters: Counters, clients: Int, delaySinceStart: Delay? = nil, delayFromSound: Delay? = nil,
        score: ScoreDescription? = nil, follow: Follow? = nil, tuning: Tuning? = nil
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
        self.tuning = tuning
    }

    enum CodingKeys: String, CodingKey {
        case server
        case protocolVersion = "protocol"
        case processID = "pid"
        case uptimeSeconds = "uptime_s"
        case epoch, sample, source, model, notes, level, delay, cpu, counters, clients, score, follow, tuning
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
        if let tuning { writer.member("tuning", tuning) }
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
