/// What a source is doing.
public enum CaptureState: String, Sendable, Codable {
    /// The server or the device is absent, or the source has ended. Absent devices are tried again and again.
    case waiting
    /// Audio is arriving.
    case running
    /// The stream is open and no audio arrives: suspended, muted by its driver, or wedged.
    case stalled
    /// The source will not come back by itself: it doesn't exist, or access is denied. It is tried again all the same.
    case failed
}

/// A source, as clients see it.
public struct SourceStatus: Sendable, Equatable {
    public var state: CaptureState
    /// The device that is open, or what was asked for while none is, written as a source specification.
    public var name: String
    /// A sentence for people; may be empty.
    public var detail: String

    public init(state: CaptureState, name: String, detail: String) {
        self.state = state
        self.name = name
        self.detail = detail
    }
}

/// Why audio is missing.
public enum GapReason: Sendable, Equatable, CustomStringConvertible {
    /// The analysis fell so far behind that captured audio was dropped.
    case backlog
    /// The sound server left a hole in the stream.
    case hole
    /// The device overran.
    case overrun
    case suspended
    /// Audio never arrived, and nobody reported it: the clock showed it.
    case silent
    /// The stream was lost; the detail says why.
    case sourceLost(String)
    /// A client selected another source.
    case sourceChanged(String)
    /// Hops were skipped, because the machine is too slow.
    case overload

    /// A clause for people: `reason` of the protocol's `discontinuity`.
    public var description: String {
        switch self {
        case .backlog: "the analysis fell behind"
        case .hole: "the sound server left a hole in the stream"
        case .overrun: "the device overran"
        case .suspended: "the source was suspended"
        case .silent: "audio was dropped silently"
        case .sourceLost(let detail): "the source was lost: \(detail)"
        case .sourceChanged(let name): "source changed to \(name)"
        case .overload: "the machine is too slow"
        }
    }
}

/// The beginning of an epoch, and what is missing before it.
public struct EpochStart: Sendable, Equatable {
    public var epoch: Int
    /// Samples at 44.1 kHz.
    public var lostFrames: Int64
    public var reason: GapReason

    public init(epoch: Int, lostFrames: Int64, reason: GapReason) {
        self.epoch = epoch
        self.lostFrames = lostFrames
        self.reason = reason
    }
}

/// Where a hop lies in time.
public struct HopTime: Sendable, Equatable {
    public var epoch: Int
    /// Index of the hop's first sample since the epoch began, at 44.1 kHz.
    public var sample: Int64
    /// Unix time in seconds at which the hop's last sample was in the air: capture latency subtracted, jitter of arrivals
    /// filtered out. For a pipe, the time of arrival.
    public var airTime: Double
    /// `CLOCK_MONOTONIC` in nanoseconds at which the last sample needed for the hop reached this process.
    public var arrival: UInt64

    public init(epoch: Int, sample: Int64, airTime: Double, arrival: UInt64) {
        self.epoch = epoch
        self.sample = sample
        self.airTime = airTime
        self.arrival = arrival
    }
}

/// What `HopSource.next` returns.
public enum CaptureEvent: Sendable, Equatable {
    /// The buffer holds the next 512 samples: mono, 44.1 kHz, finite.
    case hop(HopTime)
    /// Audio is missing here, and the next hop begins a new epoch. Never returned before the first hop.
    case discontinuity(EpochStart)
    /// The source's state, its name or its detail has changed.
    case state(SourceStatus)
    /// Nothing happened within the timeout.
    case idle
    /// The file was played or the pipe was closed, the silent tail included; or the source was stopped. Every later call
    /// returns this too.
    case ended
}

/// What is known of a source before it delivers anything.
public struct SourceTraits: Sendable, Equatable {
    /// As on the command line.
    public var name: String
    /// What clients read until the source reports something itself.
    public var detail: String
    /// Whether it paces itself by a clock of its own, so that silent loss shows on the clock.
    public var isClocked: Bool
    /// Nanoseconds without an arrival that make a stall.
    public var stallLimit: UInt64

    public init(name: String, detail: String = "", isClocked: Bool, stallLimit: UInt64 = 750_000_000) {
        self.name = name
        self.detail = detail
        self.isClocked = isClocked
        self.stallLimit = stallLimit
    }
}

/// A source of hops: what the analysis thread reads.
///
/// `next` belongs to one thread at a time; the rest may be used from any.
public protocol HopSource: AnyObject {
    /// What a timeline must know before the source's first event.
    var traits: SourceTraits { get }

    /// Waits for the next event.
    ///
    /// - Parameters:
    ///   - hop: room for at least 512 samples; written only when `.hop` is returned.
    ///   - timeline: keeps the time; whatever the source observes is reported to it.
    ///   - timeout: the longest wait, after which `.idle` is returned. Zero or less doesn't wait.
    func next(into hop: inout MutableSpan<Float>, timeline: inout Timeline, timeout: Duration) -> CaptureEvent

    /// Ends capture: wakes `next`, which from then on returns `.ended`. Safe to repeat.
    func stop()

    /// The open device and its thread, as last observed.
    var reading: CaptureReading { get }
}

/// Samples in a hop.
public let hopSize = 512

/// The rate of every hop in Hz.
public let captureRate = 44_100
