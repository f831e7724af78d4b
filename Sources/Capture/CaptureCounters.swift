/// What has happened on the way in since the stream was made, and what was agreed with the device.
public struct CaptureCounters: Sendable, Equatable, Codable {
    /// Frames that reached this process, at the device's rate.
    public var framesReceived: Int64 = 0
    /// Hops handed to the analysis.
    public var hops: Int64 = 0
    /// Times the device or the server said that it overran, and holes in a PulseAudio stream.
    public var overruns: Int64 = 0
    /// Samples at 44.1 kHz that are missing between epochs, for whatever reason, as reported by `.discontinuity`.
    public var lostFrames: Int64 = 0
    /// `.discontinuity` events: epochs after the first.
    public var discontinuities: Int64 = 0
    /// Overruns after which the same stream went on.
    public var recoveries: Int64 = 0
    /// Times the stream was opened again after having been lost.
    public var reconnects: Int64 = 0
    /// Times sound vanished without a word, found out by the clock.
    public var silentLosses: Int64 = 0
    /// Times an open stream fell silent.
    public var stalls: Int64 = 0
    /// Hops' worth of sound dropped because the analysis fell behind.
    public var ringDrops: Int64 = 0
    /// Samples that were no number, infinite, or 80 dB over full scale: taken as 0.
    public var nonFiniteSamples: Int64 = 0

    /// The device's sample format, or nil before it was first opened. So are the next two.
    public var format: SampleFormat?
    /// The device's rate in Hz, before resampling.
    public var rate: Int?
    /// The device's channels, before mixing down.
    public var channels: Int?
    /// Milliseconds from the air to this process as the device or the server last told, for the newest sample.
    public var latencyMilliseconds: Double = 0
    /// Whether the capture thread runs with real-time priority.
    public var realTime: Bool = false

    public init() {}
}
