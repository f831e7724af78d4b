import Basics
import Logging
import Synchronization

/// Live audio from any source, as hops of 512 mono samples at 44.1 kHz.
///
/// A dedicated capture thread writes the device's audio to a lock-free ring. `next`, on the analysis thread, reads the
/// ring, converts the audio (format, channels, rate), keeps the time and detects losses. The analysis never blocks the
/// capture thread: if it falls behind by more than `CaptureOptions.maximumBacklog`, the oldest audio is dropped,
/// counted and reported as a discontinuity. Standard input and unpaced files are exceptions: they wait for the analysis
/// instead.
///
/// - Threads: `next` belongs to one thread at a time. `start`, `stop` and `reading` may be used from any thread.
/// - Allocation: `next` allocates only when a device is opened or lost, or an epoch begins.
public final class CaptureStream: HopSource, @unchecked Sendable {
    public let spec: SourceSpec
    /// Nil for `SourceSpec.none`.
    private let thread: CaptureThread?
    private let stopSignal: WakeSignal
    private let isLive: Bool
    private let stopped = Atomic<Bool>(false)
    private let started = Atomic<Bool>(false)
    // Used only by `next`.
    private var reader: HopReader
    public let traits: SourceTraits
    /// The state of the device that `next` last observed, for other threads.
    private let observed = Mutex<(format: StreamFormat?, nonFinite: Int64)>((nil, 0))

    /// Creates a stream without starting it.
    ///
    /// - Throws: `CaptureError.file` for a file that cannot be played, `.system` when the system is out of descriptors.
    ///   An absent sound server or device is not an error: capture waits for it.
    public convenience init(
        spec: SourceSpec, options: CaptureOptions = .init(), logger: Logger
    ) throws(CaptureError) {
        try self.init(spec: spec, device: Self.device(for: spec, options), options: options, logger: logger)
    }

    private static func device(
        for spec: SourceSpec, _ options: CaptureOptions
    ) throws(CaptureError) -> (any Device)? {
        switch spec {
        case .pulse(let name):
            PulseDevice(
                server: options.pulseServer, source: name, fragment: options.fragment, buffer: options.serverBuffer,
                channel: options.channel)
        case .alsa(let name): ALSADevice(pcm: name ?? "default", options: options)
        case .file(let path): try FileDevice(path: path, options: options)
        case .stdin(let format): PipeDevice(format: format ?? options.standardInput, options: options)
        case .none: nil
        }
    }

    /// Creates a stream from the given device, which must behave like those of `spec`.
    init(spec: SourceSpec, device: (any Device)?, options: CaptureOptions, logger: Logger) throws(CaptureError) {
        self.spec = spec
        stopSignal = try WakeSignal()
        let isLive = spec.isLive && (spec.isClocked || options.fileSpeed != nil)
        self.isLive = isLive
        let seconds = max(2, options.maximumBacklog.seconds * 2)
        thread = try device.map { device throws(CaptureError) in
            try CaptureThread(
                device: device, realTime: spec.isClocked && options.realTime, ringSeconds: isLive ? seconds : 0.5)
        }
        reader = HopReader(
            thread: thread, isLive: isLive, maximumBacklog: options.maximumBacklog.seconds, channel: options.channel,
            logger: logger)
        traits = SourceTraits(
            name: spec.description, detail: spec == .none ? "no source is selected" : "opening \(spec)",
            isClocked: spec.isClocked, stallLimit: options.stallAfter.nanoseconds)
    }

    deinit { thread?.stop() }

    /// Starts capture. Further calls do nothing.
    ///
    /// - Throws: `CaptureError.system` when no thread can be created.
    public func start() throws(CaptureError) {
        guard !started.exchange(true, ordering: .acquiringAndReleasing), !stopped.load(ordering: .acquiring) else {
            return
        }
        try thread?.start()
    }

    public func stop() {
        stopped.store(true, ordering: .releasing)
        stopSignal.raise()
        thread?.stop()
        thread?.wake.raise()
    }

    public func next(
        into hop: inout MutableSpan<Float>, timeline: inout Timeline, timeout: Duration
    ) -> CaptureEvent {
        let deadline = Clock.monotonic &+ timeout.nanoseconds
        while true {
            guard !stopped.load(ordering: .acquiring) else { return .ended }
            if let event = reader.next(into: &hop, &timeline) {
                observed.withLock { $0 = (reader.format, reader.nonFiniteSamples) }
                return event
            }
            let now = Clock.monotonic
            guard now < deadline else { return .idle }
            let until = min(deadline, timeline.deadline ?? deadline)
            let signal = thread?.wake ?? stopSignal
            if signal.wait(nanoseconds: until > now ? until - now : 0), thread != nil { signal.clear() }
        }
    }

    public func rest(below power: Float) {
        // A writer that waits for the reader must not wait for a silence to pass.
        if isLive { thread?.tally.rest(below: power) }
    }

    public var reading: CaptureReading {
        var reading = CaptureReading()
        (reading.format, reading.nonFiniteSamples) = observed.withLock { $0 }
        guard let tally = thread?.tally else { return reading }
        reading.framesReceived = tally.framesReceived.load(ordering: .relaxed)
        reading.recoveries = tally.recoveries.load(ordering: .relaxed)
        reading.nonFiniteSamples += tally.nonFinite.load(ordering: .relaxed)
        reading.latencyMilliseconds = Double(tally.latency.load(ordering: .relaxed)) * 1e-6
        reading.priority = tally.priority
        return reading
    }
}
