extension Status {
    public struct Source: Hashable, Sendable, Decodable, JSONWritable {
        /// Written as on the command line, such as "pulse:alsa_input.usb".
        public var source: String
        public var state: SourceState.State
        /// One sentence; may be empty.
        public var detail: String
        /// The device's own format, before resampling; nil while no device is open.
        public var rate: Int?
        public var channels: Int?
        /// The channel that is analysed, from 1; nil for the mean of all channels.
        public var channel: Int?
        /// Whether the channels cancel each other in their mean; nil from daemons that don't report it.
        public var areCancelling: Bool?
        /// What is wrong with the source although its audio is analysed, a clause each; nil if nothing is.
        public var warnings: [String]?
        /// Latency from the air to the daemon as reported by the system; nil if it reports none.
        public var latencyMilliseconds: Double?
        /// Whether the capture thread got real-time priority.
        public var isRealTime: Bool
        /// Whether the thread lost that priority because it used too much CPU time without sleeping; nil from daemons
        /// that don't report it.
        public var hasLostPriority: Bool?

        public init(
            source: String, state: SourceState.State, detail: String, rate: Int? = nil, channels: Int? = nil,
            latencyMilliseconds: Double? = nil, isRealTime: Bool = false, hasLostPriority: Bool? = nil,
            channel: Int? = nil, areCancelling: Bool? = nil, warnings: [String]? = nil
        ) {
            self.source = source
            self.state = state
            self.detail = detail
            self.rate = rate
            self.channels = channels
            self.channel = channel
            self.areCancelling = areCancelling
            self.warnings = warnings
            self.latencyMilliseconds = latencyMilliseconds
            self.isRealTime = isRealTime
            self.hasLostPriority = hasLostPriority
        }

        enum CodingKeys: String, CodingKey {
            case source, state, detail, rate, channels, channel, warnings
            case areCancelling = "channels_cancel"
            case latencyMilliseconds = "latency_ms"
            case isRealTime = "realtime"
            case hasLostPriority = "realtime_lost"
        }

        public func write(to writer: inout JSONWriter) {
            writer.beginObject()
            writer.member("source", source)
            writer.member("state", state.rawValue)
            writer.member("detail", detail)
            if let rate { writer.member("rate", rate) }
            if let channels { writer.member("channels", channels) }
            if let channel { writer.member("channel", channel) }
            if let areCancelling { writer.member("channels_cancel", areCancelling) }
            if let warnings { writer.member("warnings", warnings) }
            if let latencyMilliseconds { writer.member("latency_ms", latencyMilliseconds, decimals: 3) }
            writer.member("realtime", isRealTime)
            if let hasLostPriority { writer.member("realtime_lost", hasLostPriority) }
            writer.endObject()
        }
    }

    public struct Model: Hashable, Sendable, Decodable, JSONWritable {
        public var name: String
        /// Empty for a model that was not loaded from a file.
        public var path: String
        public var lookaheadMilliseconds: Double
        /// In samples, like `hop`.
        public var window: Int
        public var hop: Int
        public var parameters: Int

        public init(
            name: String, path: String, lookaheadMilliseconds: Double, window: Int, hop: Int, parameters: Int
        ) {
            self.name = name
            self.path = path
            self.lookaheadMilliseconds = lookaheadMilliseconds
            self.window = window
            self.hop = hop
            self.parameters = parameters
        }

        enum CodingKeys: String, CodingKey {
            case name, path
            case lookaheadMilliseconds = "lookahead_ms"
            case window, hop, parameters
        }

        public func write(to writer: inout JSONWriter) {
            writer.beginObject()
            writer.member("name", name)
            writer.member("path", path)
            writer.member("lookahead_ms", lookaheadMilliseconds, decimals: 3)
            writer.member("window", window)
            writer.member("hop", hop)
            writer.member("parameters", parameters)
            writer.endObject()
        }
    }

    /// The level of the last hop in dBFS, at least `Level.floor`.
    public struct LevelReading: Hashable, Sendable, Decodable, JSONWritable {
        public var rms: Double
        public var peak: Double

        public init(rms: Double, peak: Double) {
            let level = Level(epoch: 0, sample: 0, rms: rms, peak: peak)
            self.rms = level.rms
            self.peak = level.peak
        }

        enum CodingKeys: String, CodingKey {
            case rms = "rms_dbfs"
            case peak = "peak_dbfs"
        }

        public func write(to writer: inout JSONWriter) {
            writer.beginObject()
            writer.member("rms_dbfs", rms, decimals: 2)
            writer.member("peak_dbfs", peak, decimals: 2)
            writer.endObject()
        }
    }

    /// Quantiles, in milliseconds, of the delay beyond the model's lookahead: from the arrival of the last sample
    /// needed to the line on the socket, over recently published notes.
    public struct Delay: Hashable, Sendable, Decodable, JSONWritable {
        /// The number of notes measured; if 0, all quantiles are 0.
        public var count: Int
        public var median: Double
        public var p90: Double
        public var p99: Double
        public var maximum: Double

        public init(count: Int, median: Double, p90: Double, p99: Double, maximum: Double) {
            self.count = count
            self.median = median
            self.p90 = p90
            self.p99 = p99
            self.maximum = maximum
        }

        enum CodingKeys: String, CodingKey {
            case count
            case median = "p50_ms"
            case p90 = "p90_ms"
            case p99 = "p99_ms"
            case maximum = "max_ms"
        }

        public func write(to writer: inout JSONWriter) {
            writer.beginObject()
            writer.member("count", count)
            writer.member("p50_ms", median, decimals: 3)
            writer.member("p90_ms", p90, decimals: 3)
            writer.member("p99_ms", p99, decimals: 3)
            writer.member("max_ms", maximum, decimals: 3)
            writer.endObject()
        }
    }

    /// The resources used by the process.
    public struct Processor: Hashable, Sendable, Decodable, JSONWritable {
        /// Per cent of one core over the last few seconds.
        public var percent: Double
        /// The analysis thread's share of it.
        public var analysisPercent: Double
        public var residentBytes: Int64

        public init(percent: Double, analysisPercent: Double, residentBytes: Int64) {
            self.percent = percent
            self.analysisPercent = analysisPercent
            self.residentBytes = residentBytes
        }

        enum CodingKeys: String, CodingKey {
            case percent
            case analysisPercent = "analysis_percent"
            case residentBytes = "resident_bytes"
        }

        public func write(to writer: inout JSONWriter) {
            writer.beginObject()
            writer.member("percent", percent, decimals: 3)
            writer.member("analysis_percent", analysisPercent, decimals: 3)
            writer.member("resident_bytes", residentBytes)
            writer.endObject()
        }
    }

    /// The state of the score follower.
    public struct Follow: Hashable, Sendable, Decodable, JSONWritable {
        public var state: FollowState.State
        /// Whether a client has paused the follower.
        public var isPaused: Bool
        /// The latest position.
        public var position: Position
        /// Recent cost of a hop on the analysis thread, in milliseconds.
        public var hopMilliseconds: Double

        public init(state: FollowState.State, isPaused: Bool, position: Position, hopMilliseconds: Double) {
            self.state = state
            self.isPaused = isPaused
            self.position = position
            self.hopMilliseconds = hopMilliseconds
        }

        enum CodingKeys: String, CodingKey {
            case state
            case isPaused = "paused"
            case position
            case hopMilliseconds = "hop_ms"
        }

        public func write(to writer: inout JSONWriter) {
            writer.beginObject()
            writer.member("state", state.rawValue)
            writer.member("paused", isPaused)
            writer.key("position")
            writer.beginObject()
            position.writeParameters(to: &writer)
            writer.endObject()
            writer.member("hop_ms", hopMilliseconds, decimals: 4)
            writer.endObject()
        }
    }
}
