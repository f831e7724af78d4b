import Capture
import Logging

/// What one layer of configuration says: a file, or the command line. Nil leaves it to the layers before.
public struct Settings: Sendable, Equatable {
    public var source: SourceSpec?
    /// A model file's path.
    public var model: String?
    /// The path of the score that is followed from the start.
    public var score: String?
    public var follow: FollowSettings
    /// The socket file's path.
    public var socket: String?
    public var logLevel: Logger.Level?
    /// Clients served at once, 1...1000.
    public var maximumClients: Int?
    /// Bytes that may wait for one client before it is behind, 16 KiB...64 MiB.
    public var clientQueue: Int?
    public var thresholds: ThresholdSettings
    public var capture: CaptureSettings

    public init(
        source: SourceSpec? = nil, model: String? = nil, score: String? = nil,
        follow: FollowSettings = FollowSettings(),
        socket: String? = nil, logLevel: Logger.Level? = nil,
        maximumClients: Int? = nil, clientQueue: Int? = nil, thresholds: ThresholdSettings = ThresholdSettings(),
        capture: CaptureSettings = CaptureSettings()
    ) {
        self.source = source
        self.model = model
        self.score = score
        self.follow = follow
        self.socket = socket
        self.logLevel = logLevel
        self.maximumClients = maximumClients
        self.clientQueue = clientQueue
        self.thresholds = thresholds
        self.capture = capture
    }

    /// These settings, with those of `later` in their place where it has any.
    public func overridden(by later: Settings) -> Settings {
        Settings(
            source: later.source ?? source, model: later.model ?? model, score: later.score ?? score,
            follow: follow.overridden(by: later.follow), socket: later.socket ?? socket,
            logLevel: later.logLevel ?? logLevel, maximumClients: later.maximumClients ?? maximumClients,
            clientQueue: later.clientQueue ?? clientQueue, thresholds: thresholds.overridden(by: later.thresholds),
            capture: capture.overridden(by: later.capture))
    }
}
