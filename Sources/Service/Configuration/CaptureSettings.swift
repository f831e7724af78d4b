import Capture

/// How sound is captured, where it differs from what capture does by itself; nil leaves that.
public struct CaptureSettings: Sendable, Equatable {
    /// Seconds of sound that a device hands over at a time.
    public var fragment: Double?
    /// Seconds without sound after which an open source counts as stalled.
    public var stallAfter: Double?
    /// Whether to ask for real-time scheduling of the capture thread.
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

    /// Capture's own options with these in their place.
    public var options: CaptureOptions {
        var options = CaptureOptions()
        if let fragment { options.fragment = .seconds(fragment) }
        if let stallAfter { options.stallAfter = .seconds(stallAfter) }
        if let realTime { options.realTime = realTime }
        if let pulseServer { options.pulseServer = pulseServer }
        return options
    }

    /// These settings, with those of `later` in their place where it has any.
    func overridden(by later: CaptureSettings) -> CaptureSettings {
        CaptureSettings(
            fragment: later.fragment ?? fragment, stallAfter: later.stallAfter ?? stallAfter,
            realTime: later.realTime ?? realTime, pulseServer: later.pulseServer ?? pulseServer)
    }
}
