/// What a source is doing.
public enum SourceState: String, Sendable, Codable {
    /// There is nothing to hear yet, or no longer: the server or the device is absent, and is tried again and again.
    case waiting
    /// Sound is arriving.
    case running
    /// The stream is open and no sound arrives: suspended, muted by its driver, or wedged.
    case stalled
    /// The source will not come by itself: it does not exist, or access is denied. It is tried again all the same.
    case failed
}

/// When a hop sounded and when it got here.
public struct HopTime: Sendable, Equatable {
    /// Index of the hop's first sample since the epoch began, at 44.1 kHz.
    public var sample: Int64
    /// Unix time in seconds at which the hop's last sample was in the air: the capture latency is subtracted, and the
    /// jitter of arrivals smoothed away. For a file or a pipe, the time of arrival.
    public var airTime: Double
    /// `CLOCK_MONOTONIC` in nanoseconds at which the last sample needed for the hop reached this process.
    public var arrival: UInt64

    public init(sample: Int64, airTime: Double, arrival: UInt64) {
        self.sample = sample
        self.airTime = airTime
        self.arrival = arrival
    }
}

/// What `HopSource.next` has to say.
public enum CaptureEvent: Sendable, Equatable {
    /// The buffer holds the next 512 samples: mono, 44.1 kHz, finite.
    case hop(HopTime)
    /// Sound is missing here, `lostFrames` samples at 44.1 kHz as well as can be told. The next hop begins a new epoch
    /// with sample 0. Never reported before the first hop.
    case discontinuity(lostFrames: Int64, reason: String)
    /// The source's state, its name or what is known about it has changed.
    case state(SourceState, source: String, detail: String)
    /// Nothing happened for as long as the caller wanted to wait.
    case idle
    /// The file was played or the pipe was closed, the silent tail included; or the source was stopped. Said ever after.
    case ended
}

/// A source of hops: what the analysis thread reads.
///
/// `next` belongs to one thread at a time; `stop` and `counters` may be used from any.
public protocol HopSource: AnyObject {
    /// Waits for the next thing to happen.
    ///
    /// - Parameters:
    ///   - hop: room for at least 512 samples; written only when `.hop` is returned.
    ///   - timeout: the longest wait; `.idle` is returned at its end. Zero or less doesn't wait.
    func next(into hop: inout MutableSpan<Float>, timeout: Duration) -> CaptureEvent

    /// Ends capture: wakes `next`, which from then on returns `.ended`. Safe to repeat.
    func stop()

    var counters: CaptureCounters { get }
}

/// Samples in a hop.
public let hopSize = 512

/// The rate of every hop in Hz.
public let captureRate = 44_100
