/// `source_state`: the state of the audio source.
public struct SourceState: ServerNotification {
    public enum State: String, CaseIterable, Hashable, Sendable, Codable {
        /// The device or the server is not available; the daemon keeps trying.
        case waiting
        case running
        /// Open, but no audio arrives.
        case stalled
        /// The source will not recover by itself; `detail` says what to do.
        case failed
    }

    public static let method = ServerMessage.Method.sourceState

    public var state: State
    /// The source, written as on the command line, such as "pulse:alsa_input.usb".
    public var source: String
    /// One sentence: the device in use, or why there is none. May be empty.
    public var detail: String
    /// The number of channels of the open device or file; nil while none is open.
    public var channels: Int?
    /// The channel that is analysed, from 1; nil for the mean of all channels.
    public var channel: Int?
    /// Whether the channels cancel each other in their mean; nil from daemons that don't report it.
    public var areCancelling: Bool?
    /// What is wrong with the source although its audio is analysed, a clause each; nil if nothing is.
    public var warnings: [String]?

    public init(
        state: State, source: String, detail: String, channels: Int? = nil, channel: Int? = nil,
        areCancelling: Bool? = nil, warnings: [String]? = nil
    ) {
        self.state = state
        self.source = source
        self.detail = detail
        self.channels = channels
        self.channel = channel
        self.areCancelling = areCancelling
        self.warnings = warnings
    }

    enum CodingKeys: String, CodingKey {
        case state, source, detail, channels, channel, warnings
        case areCancelling = "channels_cancel"
    }

    public func writeParameters(to writer: inout JSONWriter) {
        writer.member("state", state.rawValue)
        writer.member("source", source)
        writer.member("detail", detail)
        if let channels { writer.member("channels", channels) }
        if let channel { writer.member("channel", channel) }
        if let areCancelling { writer.member("channels_cancel", areCancelling) }
        if let warnings { writer.member("warnings", warnings) }
    }
}

/// `discontinuity`: audio was lost, and a new epoch starts with sample 0. The `note_off` of every sounding note
/// precedes it.
public struct Discontinuity: ServerNotification {
    public static let method = ServerMessage.Method.discontinuity

    /// The new epoch.
    public var epoch: Int
    /// Lost samples at 44.1 kHz; an estimate.
    public var lostFrames: Int64
    /// For example "overrun" or "reconnected".
    public var reason: String

    public init(epoch: Int, lostFrames: Int64, reason: String) {
        self.epoch = epoch
        self.lostFrames = lostFrames
        self.reason = reason
    }

    enum CodingKeys: String, CodingKey {
        case epoch
        case lostFrames = "lost_frames"
        case reason
    }

    public func writeParameters(to writer: inout JSONWriter) {
        writer.member("epoch", epoch)
        writer.member("lost_frames", lostFrames)
        writer.member("reason", reason)
    }
}

/// `overload`: the machine is too slow, so hops were skipped. Sent at most once a second.
public struct Overload: ServerNotification {
    public static let method = ServerMessage.Method.overload

    public var epoch: Int
    public var sample: Int64
    /// Hops skipped since the previous `overload`.
    public var skippedHops: Int
    /// Hops skipped since the daemon started.
    public var totalSkippedHops: Int

    public init(epoch: Int, sample: Int64, skippedHops: Int, totalSkippedHops: Int) {
        self.epoch = epoch
        self.sample = sample
        self.skippedHops = skippedHops
        self.totalSkippedHops = totalSkippedHops
    }

    enum CodingKeys: String, CodingKey {
        case epoch, sample
        case skippedHops = "skipped_hops"
        case totalSkippedHops = "total_skipped_hops"
    }

    public func writeParameters(to writer: inout JSONWriter) {
        writer.moment(epoch: epoch, sample: sample)
        writer.member("skipped_hops", skippedHops)
        writer.member("total_skipped_hops", totalSkippedHops)
    }
}

/// `level`, on subscription: the input level.
public struct Level: ServerNotification {
    /// The value sent for digital silence, since JSON has no minus infinity.
    public static let floor = -120.0

    public static let method = ServerMessage.Method.level

    public var epoch: Int
    public var sample: Int64
    /// Root mean square since the previous `level`, in dBFS (a full-scale sine has -3), at least `floor`.
    public var rms: Double
    /// The peak magnitude since the previous `level`, in dBFS, at least `floor`.
    public var peak: Double

    public init(epoch: Int, sample: Int64, rms: Double, peak: Double) {
        self.epoch = epoch
        self.sample = sample
        // Comparisons with NaN are false, so NaN becomes the floor too.
        self.rms = rms > Self.floor ? rms : Self.floor
        self.peak = peak > Self.floor ? peak : Self.floor
    }

    enum CodingKeys: String, CodingKey {
        case epoch, sample
        case rms = "rms_dbfs"
        case peak = "peak_dbfs"
    }

    public func writeParameters(to writer: inout JSONWriter) {
        writer.moment(epoch: epoch, sample: sample)
        writer.member("rms_dbfs", rms, decimals: 2)
        writer.member("peak_dbfs", peak, decimals: 2)
    }
}
