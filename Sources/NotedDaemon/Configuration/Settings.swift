import Capture
import Following
import Logging
import Networks
import Sound
import WebListener

/// One layer of configuration: a file or the command line. Nil keeps the value of earlier layers.
public struct Settings: Sendable, Equatable {
    public var source: SourceSpec?
    /// A model file's path.
    public var model: String?
    /// The path of the score to follow from the start.
    public var score: String?
    public var follow: FollowSettings
    /// The players' tuning: the frequency of A4 in hertz, 415...466, or `auto` to estimate it.
    public var tuning: TuningSetting?
    /// The socket file's path.
    public var socket: String?
    /// Where to serve metrics over HTTP.
    public var http: WebAddress?
    public var logLevel: Logger.Level?
    /// Clients served at once, 1...1000.
    public var maximumClients: Int?
    /// Bytes that may be queued for one client before it counts as behind, 16 KiB...64 MiB.
    public var clientQueue: Int?
    public var thresholds: ThresholdSettings
    /// Which channels of the source are analysed.
    public var channel: ChannelChoice?
    public var capture: CaptureSettings

    public init(
        source: SourceSpec? = nil, model: String? = nil, score: String? = nil,
        follow: FollowSettings = FollowSettings(), tuning: TuningSetting? = nil,
        socket: String? = nil, http: WebAddress? = nil, logLevel: Logger.Level? = nil,
        maximumClients: Int? = nil, clientQueue: Int? = nil, thresholds: ThresholdSettings = ThresholdSettings(),
        channel: ChannelChoice? = nil, capture: CaptureSettings = CaptureSettings()
    ) {
        self.source = source
        self.model = model
        self.score = score
        self.follow = follow
        self.tuning = tuning
        self.socket = socket
        self.http = http
        self.logLevel = logLevel
        self.maximumClients = maximumClients
        self.clientQueue = clientQueue
        self.thresholds = thresholds
        self.channel = channel
        self.capture = capture
    }

    /// These settings, overridden by those of `later`.
    public func overridden(by later: Settings) -> Settings {
        Settings(
            source: later.source ?? source, model: later.model ?? model, score: later.score ?? score,
            follow: follow.overridden(by: later.follow), tuning: later.tuning ?? tuning, socket: later.socket ?? socket,
            http: later.http ?? http, logLevel: later.logLevel ?? logLevel,
            maximumClients: later.maximumClients ?? maximumClients, clientQueue: later.clientQueue ?? clientQueue,
            thresholds: thresholds.overridden(by: later.thresholds), channel: later.channel ?? channel,
            capture: capture.overridden(by: later.capture))
    }

    /// Capture's default options, overridden by these settings.
    public var captureOptions: CaptureOptions {
        var options = capture.options
        if let channel { options.channel = channel }
        return options
    }
}

/// Options of audio capture; nil keeps capture's default.
public struct CaptureSettings: Sendable, Equatable {
    /// Seconds of audio that a device delivers at a time.
    public var fragment: Double?
    /// Seconds without audio after which an open source counts as stalled.
    public var stallAfter: Double?
    /// Whether to request real-time scheduling for the capture thread.
    public var realTime: Bool?
    /// The PulseAudio server's address.
    public var pulseServer: String?

    public init(
        fragment: Double? = nil, stallAfter: Double? = nil, realTime: Bool? = nil, pulseServer: String? = nil
    ) {
        self.fragment = fragment
        self.stallAfter = stallAfter
        self.realTime = realTime
        self.pulseServer = pulseServer
    }

    /// Capture's default options, overridden by these settings.
    public var options: CaptureOptions {
        var options = CaptureOptions()
        if let fragment { options.fragment = .seconds(fragment) }
        if let stallAfter { options.stallAfter = .seconds(stallAfter) }
        if let realTime { options.realTime = realTime }
        if let pulseServer { options.pulseServer = pulseServer }
        return options
    }

    /// These settings, overridden by those of `later`.
    func overridden(by later: CaptureSettings) -> CaptureSettings {
        CaptureSettings(
            fragment: later.fragment ?? fragment, stallAfter: later.stallAfter ?? stallAfter,
            realTime: later.realTime ?? realTime, pulseServer: later.pulseServer ?? pulseServer)
    }
}

/// Default options for following scores; nil keeps the follower's default. Clients may override them.
public struct FollowSettings: Sendable, Equatable {
    public var method: FollowingMethod?
    public var repeats: RepeatPolicy?
    /// The soundfont with which scores are rendered: a path, or the file name of an installed one.
    public var soundFont: String?

    public init(method: FollowingMethod? = nil, repeats: RepeatPolicy? = nil, soundFont: String? = nil) {
        self.method = method
        self.repeats = repeats
        self.soundFont = soundFont
    }

    /// The follower's default options, overridden by these settings.
    public var options: FollowingOptions {
        var options = FollowingOptions()
        if let method { options.method = method }
        if let repeats { options.repeats = repeats }
        return options
    }

    /// These settings, overridden by those of `later`.
    func overridden(by later: FollowSettings) -> FollowSettings {
        FollowSettings(
            method: later.method ?? method, repeats: later.repeats ?? repeats, soundFont: later.soundFont ?? soundFont)
    }
}

/// Thresholds that override the model's; nil keeps the model's.
public struct ThresholdSettings: Sendable, Equatable {
    public var on: Double?
    public var off: Double?
    public var onset: Double?
    /// Seconds.
    public var minimumDuration: Double?
    /// dB relative to full scale.
    public var gateDBFS: Double?

    public init(
        on: Double? = nil, off: Double? = nil, onset: Double? = nil, minimumDuration: Double? = nil,
        gateDBFS: Double? = nil
    ) {
        self.on = on
        self.off = off
        self.onset = onset
        self.minimumDuration = minimumDuration
        self.gateDBFS = gateDBFS
    }

    /// The model's thresholds, overridden by these settings.
    ///
    /// `off` must not exceed `on`. If only one of them is set and it conflicts with the model's value of the other, the
    /// model's value is adjusted.
    public func applied(to model: NoteThresholds) -> NoteThresholds {
        var result = model
        result.on = on ?? model.on
        result.off = off ?? model.off
        if result.off > result.on {
            if off == nil { result.off = result.on } else { result.on = result.off }
        }
        result.onset = onset ?? model.onset
        result.minimumDuration = minimumDuration ?? model.minimumDuration
        result.gateDBFS = gateDBFS ?? model.gateDBFS
        return result
    }

    /// These settings, overridden by those of `later`.
    func overridden(by later: ThresholdSettings) -> ThresholdSettings {
        ThresholdSettings(
            on: later.on ?? on, off: later.off ?? off, onset: later.onset ?? onset,
            minimumDuration: later.minimumDuration ?? minimumDuration, gateDBFS: later.gateDBFS ?? gateDBFS)
    }
}
