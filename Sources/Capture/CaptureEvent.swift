import Sound

/// The state of a source.
public enum CaptureState: String, Sendable, Codable {
    /// The server or the device is absent, or the source has ended. Absent devices are retried indefinitely.
    case waiting
    /// Audio is arriving.
    case running
    /// The stream is open, but no audio arrives: it is suspended, muted by its driver, or wedged.
    case stalled
    /// The source will not recover by itself: it doesn't exist, or access is denied. It is retried nevertheless.
    case failed
}

/// A source as clients see it.
public struct SourceStatus: Sendable, Equatable {
    public var state: CaptureState
    /// The open device, or the requested source while none is open, as a source specification.
    public var name: String
    /// A sentence for people; may be empty. While the source is running, it includes the warnings.
    public var detail: String
    /// Which of the source's channels are analysed; nil while no device is open.
    public var channels: ChannelReport?
    /// What is wrong with the open source although its audio is analysed: a clause each, with the remedy.
    public var warnings: [String] = []

    /// All warnings, including that about the channels.
    public var allWarnings: [String] { warnings + [channels?.warning].compactMap(\.self) }

    public init(state: CaptureState, name: String, detail: String) {
        self.state = state
        self.name = name
        self.detail = detail
    }
}

/// Why a file or a pipe ended prematurely. The text is a sentence that names it.
public enum EndFailure: Error, Equatable, Sendable {
    /// Some of the file's audio is damaged or missing; the rest was played.
    case damaged(String)
    /// Reading failed.
    case unreadable(String)

    public var reason: String {
        switch self {
        case .damaged(let reason), .unreadable(let reason): reason
        }
    }
}

/// The reason that audio is missing.
public enum GapReason: Sendable, Equatable, CustomStringConvertible {
    /// The analysis fell so far behind that captured audio was dropped.
    case backlog
    /// The sound server left a hole in the stream.
    case hole
    /// The device overran.
    case overrun
    case suspended
    /// Audio never arrived, and neither the device nor the server reported it. The clock revealed the loss.
    case silent
    /// The stream was lost; the detail says why.
    case sourceLost(String)
    /// A client selected another source.
    case sourceChanged(String)
    /// Hops were skipped because the machine is too slow.
    case overload

    /// A clause for people: the `reason` of a `discontinuity` in the protocol.
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

/// The start of an epoch, and how much audio is missing before it.
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

/// The position of a hop in time.
public struct HopTime: Sendable, Equatable {
    public var epoch: Int
    /// Index of the hop's first sample since the start of the epoch, at 44.1 kHz.
    public var sample: Int64
    /// Unix time in seconds at which the hop's last sample was in the air: capture latency subtracted, jitter of
    /// arrivals filtered out. For a pipe, the time of arrival.
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

/// The result of `HopSource.next`.
public enum CaptureEvent: Sendable, Equatable {
    /// The buffer holds the next 512 samples: mono, 44.1 kHz, finite.
    case hop(HopTime)
    /// Audio is missing here, and the next hop begins a new epoch. Never returned before the first hop.
    case discontinuity(EpochStart)
    /// The source's state, its name or its detail has changed.
    case state(SourceStatus)
    /// Nothing happened within the timeout.
    case idle
    /// The source has ended, silent tail included, or it was stopped. Every later call returns this too.
    case ended
}

/// What is known about a source before it delivers anything.
public struct SourceTraits: Sendable, Equatable {
    /// The source as on the command line.
    public var name: String
    /// The detail that clients receive until the source reports one itself.
    public var detail: String
    /// Whether the source is paced by a clock of its own, so that a silent loss is visible on the clock.
    public var isClocked: Bool
    /// Nanoseconds without an arrival that count as a stall.
    public var stallLimit: UInt64

    public init(name: String, detail: String = "", isClocked: Bool, stallLimit: UInt64 = 750_000_000) {
        self.name = name
        self.detail = detail
        self.isClocked = isClocked
        self.stallLimit = stallLimit
    }
}

/// A source of hops for the analysis thread.
///
/// `next` belongs to one thread at a time; the other members may be used from any thread.
public protocol HopSource: AnyObject {
    /// The traits that a timeline needs before the source's first event.
    var traits: SourceTraits { get }

    /// Waits for the next event.
    ///
    /// - Parameters:
    ///   - hop: room for at least 512 samples; written only when `.hop` is returned.
    ///   - timeline: receives everything the source observes, and keeps the time.
    ///   - timeout: the longest wait, after which `.idle` is returned. Zero or less doesn't wait.
    func next(into hop: inout MutableSpan<Float>, timeline: inout Timeline, timeout: Duration) -> CaptureEvent

    /// Lets audio with a mean square below `power` wait for about 90 ms, to save wake-ups; 0 lets none wait. Louder
    /// audio and changes of state wake `next` at once. Hops and their times are the same either way.
    func rest(below power: Float)

    /// Ends capture: wakes `next`, which returns `.ended` from then on. May be called repeatedly.
    func stop()

    /// The state of the open device and of its thread, as last observed.
    var reading: CaptureReading { get }
}

extension HopSource {
    public func rest(below power: Float) {}
}

/// Samples per hop.
public let hopSize = 512

/// The sample rate of every hop, in Hz.
public let captureRate = 44_100

/// The state of a source's device and capture thread, as last observed. ``Timeline`` counts what happens to the audio.
public struct CaptureReading: Sendable, Equatable {
    /// The device's sample format, rate in Hz before resampling, and channels before mixing; nil before it was first
    /// opened.
    public var format: StreamFormat?
    /// Frames that reached this process, at the device's rate.
    public var framesReceived: Int64 = 0
    /// Overruns that the stream recovered from without being reopened.
    public var recoveries: Int64 = 0
    /// Samples that were replaced by 0 because they were not finite, or more than 80 dB above full scale.
    public var nonFiniteSamples: Int64 = 0
    /// The capture latency that the device last claimed for the newest sample, in milliseconds.
    public var latencyMilliseconds = 0.0
    /// Whether the capture thread runs with real-time priority.
    public var priority = CapturePriority.notRequested

    public init() {}
}

/// The scheduling of a capture thread.
public enum CapturePriority: Sendable, Equatable {
    /// Files and pipes don't request priority, and neither does a device that isn't open yet.
    case notRequested
    case realTime
    /// The system refused the request with this errno.
    case refused(Int32)
    /// Priority wasn't requested, because the hard limit of `RLIMIT_RTTIME` is so low that the kernel might kill the
    /// process before the thread could be demoted.
    case limitTooLow
    /// Priority was granted, and withdrawn when the thread used too much processor time without sleeping.
    case lost
}
