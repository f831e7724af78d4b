/// A source's device and capture thread, as last observed. What happens to the audio is counted by ``Timeline``.
public struct CaptureReading: Sendable, Equatable {
    /// The device's sample format, rate in Hz before resampling, and channels before mixing; nil before it was first opened.
    public var format: StreamFormat?
    /// Frames that reached this process, at the device's rate.
    public var framesReceived: Int64 = 0
    /// Overruns after which the same stream went on.
    public var recoveries: Int64 = 0
    /// Samples that were not finite, or 80 dB over full scale: taken as 0.
    public var nonFiniteSamples: Int64 = 0
    /// Milliseconds from the air to this process as the device last claimed, for the newest sample.
    public var latencyMilliseconds = 0.0
    /// Whether the capture thread runs with real-time priority.
    public var priority = CapturePriority.notRequested

    public init() {}
}

/// The scheduling of a capture thread.
public enum CapturePriority: Sendable, Equatable {
    /// Files and pipes don't ask for priority; nor does a device that isn't open yet.
    case notRequested
    case realTime
    /// The system refused it, with this errno.
    case refused(Int32)
    /// It was granted, and taken away when the thread used too much processor time without sleeping.
    case lost
}
