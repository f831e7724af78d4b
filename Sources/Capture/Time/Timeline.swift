/// The daemon's only clock: epochs, samples, air time, lost audio, and the state of the source.
///
/// Everything that bears on time goes in: streams opened, moved, suspended and lost, arrivals, gaps, audio dropped because
/// the analysis fell behind, changes of source and model. What comes out is the numbering of every hop, when it was in the
/// air, how much audio is missing and since when. Nothing else in the program computes any of these.
///
/// An **epoch** is a run of consecutive samples. Missing audio ends it. Gaps that follow each other before a hop is complete
/// are one discontinuity, whose loss is the sum of theirs. Epochs number up from 1; samples count from 0 in each.
///
/// A pure value: the caller supplies all times (monotonic nanoseconds, and the offset of Unix time to them), so that tests run
/// it for days of virtual time. One owner at a time, in the daemon the analysis thread. O(1) for each call; allocates only
/// when a state changes or an epoch begins.
public struct Timeline: Sendable {
    /// What has happened since the daemon started, whatever the source. Each only grows.
    public struct Counters: Sendable, Equatable {
        /// Hops handed to the analysis and not skipped.
        public var hops: Int64 = 0
        /// Hops' worth of audio that was never analysed because the analysis fell behind: dropped before it got there, and
        /// skipped there.
        public var skippedHops: Int64 = 0
        /// The first kind of them.
        public var droppedHops: Int64 = 0
        /// Times a device or server reported an overrun or a hole.
        public var overruns: Int64 = 0
        /// Samples at 44.1 kHz missing between epochs, for whatever reason.
        public var lostFrames: Int64 = 0
        /// Epochs that ended.
        public var discontinuities: Int64 = 0
        /// Times a source was opened again after having been lost.
        public var reconnects: Int64 = 0
        /// Times audio vanished silently, as the clock showed.
        public var silentLosses: Int64 = 0
        /// Times an open stream stopped delivering.
        public var stalls: Int64 = 0
    }

    /// Nanoseconds within which audio from before a suspension arrives.
    private static let suspensionTail: UInt64 = 500_000_000

    /// The present epoch.
    public private(set) var epoch: Int
    /// Samples handed to the analysis since the epoch began.
    public private(set) var sample: Int64 = 0
    /// Sample 0 of the transcriber, in this epoch: where the epoch began, or the model was last replaced.
    public private(set) var modelStart: Int64 = 0
    /// Samples before this epoch, lost ones included, since the daemon started.
    public private(set) var epochOrigin: Int64 = 0
    /// Samples since the daemon started, lost ones included: a position that counts across epochs.
    public var elapsed: Int64 { epochOrigin + sample }
    /// The source as clients see it.
    public private(set) var source: SourceStatus
    /// Whether the source has been played to its end.
    public private(set) var hasEnded = false
    public private(set) var counters = Counters()

    private var events: [CaptureEvent] = []
    private var traits: SourceTraits
    private var clock: DeviceClock?
    private var stall = StallDetector(limit: 0)
    private var openDetail = ""
    private var isSuspended = false
    private var wasOpen = false
    /// The clock of a stream that was lost, for as long as no other has delivered.
    private var lostClock: DeviceClock?

    /// Audio known to be missing before the next hop.
    private var gap: Gap?
    private var epochHasAudio = false
    /// A discontinuity that was returned, and whose epoch hasn't begun.
    private var announced: EpochStart?
    /// Samples of hops that the analysis skipped and that no discontinuity covers yet.
    private var skippedSamples: Int64 = 0
    /// The newest hop's last sample, when it was in the air, and how long a sample lasts.
    private var anchor: Anchor

    private struct Gap {
        /// At 44.1 kHz.
        var samples = 0.0
        var reason: GapReason
        /// Whether the next arrival's time is to tell how much is missing.
        var isMeasuredByClock = false
        /// Whether the samples collected for the next hop belong to the time before the gap.
        var needsRestart = true
    }

    private struct Anchor {
        var sample: Int64 = 0
        /// Unix seconds.
        var air: Double
        var sampleDuration = 1 / Double(captureRate)
    }

    /// - Parameters:
    ///   - epoch: the number of the first epoch.
    ///   - traits: the first source's.
    ///   - now: Unix time in seconds, for events from before the first hop.
    public init(epoch: Int = 1, _ traits: SourceTraits, now: Double) {
        self.epoch = epoch
        self.traits = traits
        source = SourceStatus(state: .waiting, name: traits.name, detail: traits.detail)
        anchor = Anchor(air: now)
        begin(with: traits)
    }

    // MARK: Out

    /// When ``checkStall(at:)`` should be called even if nothing arrives; nil if it need not be.
    public var deadline: UInt64? { stall.deadline }

    /// The oldest change of state that hasn't been handed out.
    public mutating func nextEvent() -> CaptureEvent? { events.isEmpty ? nil : events.removeFirst() }

    /// Whether samples collected for a hop are to be thrown away before more are collected, because audio is missing after
    /// them; ``restarted(discarding:)`` confirms.
    public var needsRestart: Bool { gap?.needsRestart ?? false }

    /// Unix time at which `sample` of this epoch was in the air.
    public func airTime(of sample: Int64) -> Double {
        anchor.air + Double(sample - anchor.sample) * anchor.sampleDuration
    }
}

// MARK: - Sources

extension Timeline {
    /// Another source takes over: a new epoch begins, without loss.
    ///
    /// - Returns: the discontinuity to publish.
    public mutating func select(_ traits: SourceTraits) -> EpochStart {
        begin(with: traits)
        return beginEpoch(lost: skippedSamples, .sourceChanged(traits.name))
    }

    private mutating func begin(with new: SourceTraits) {
        traits = new
        stall = StallDetector(limit: new.stallLimit)
        (clock, gap, lostClock, announced) = (nil, nil, nil, nil)
        (wasOpen, hasEnded) = (false, false)
        events.removeAll()
        source = SourceStatus(state: .waiting, name: new.name, detail: new.detail)
    }

    /// A stream was opened.
    ///
    /// - Parameters:
    ///   - rate: frames a second, as the device declares it.
    ///   - name: the device, as a source specification would name it.
    ///   - detail: a sentence for people.
    public mutating func opened(rate: Int, name: String, detail: String, at now: UInt64) {
        if wasOpen { counters.reconnects += 1 }
        wasOpen = true
        endStream()
        isSuspended = false
        clock = DeviceClock(rate: Double(rate), isClocked: traits.isClocked)
        stall.opened(at: now)
        source.name = name
        openDetail = detail
    }

    /// The stream goes on from another device.
    public mutating func moved(name: String, detail: String) {
        clock?.moved()
        source.name = name
        openDetail = detail
        source.detail = detail
        events.append(.state(source))
    }

    /// The stream was lost, or could not be opened.
    public mutating func closed(_ state: CaptureState, detail: String) {
        if clock != nil, epochHasAudio || gap != nil {
            extendGap(by: 0, .sourceLost(detail))
        }
        endStream()
        stall.closed()
        source.name = traits.name
        change(to: state, detail: detail)
    }

    /// The device reports that it is suspended, or goes on. What it had captured before may still arrive after the report.
    public mutating func suspended(_ isSuspended: Bool) {
        let wasSuspended = self.isSuspended
        self.isSuspended = isSuspended
        if isSuspended {
            guard stall.suspended() else { return }
            counters.stalls += 1
            change(to: .stalled, detail: "the source is suspended")
        } else if wasSuspended {
            extendGap(by: 0, .suspended)
            gap?.isMeasuredByClock = true
        }
    }

    /// The source has been played to its end.
    public mutating func end() {
        stall.closed()
        hasEnded = true
        source.state = .waiting
        source.detail = "ended"
    }

    /// Compares the clock with what an open stream should have delivered by now.
    ///
    /// - Returns: whether the stream was found to have stalled.
    public mutating func checkStall(at now: UInt64) -> Bool {
        guard stall.check(at: now) else { return false }
        counters.stalls += 1
        change(to: .stalled, detail: "the stream is open, but no audio arrives")
        return true
    }

    /// Reports a state of the source that no stream brought about, such as a format that cannot be converted.
    public mutating func change(to state: CaptureState, detail: String) {
        guard state != source.state || detail != source.detail else { return }
        source.state = state
        source.detail = detail
        events.append(.state(source))
    }

    private mutating func endStream() {
        guard let ending = clock else { return }
        clock = nil
        let missing = ending.missingAtEnd
        if missing > 0 { extendGap(by: Double(missing) * Double(captureRate) / ending.rate, .silent) }
        if ending.lastArrival != nil { lostClock = ending }
    }
}

// MARK: - Audio

extension Timeline {
    /// Frames have arrived, after all that arrived before.
    ///
    /// - Parameters:
    ///   - now: monotonic nanoseconds of the arrival.
    ///   - latency: nanoseconds that the newest of them is old, as the device claims.
    public mutating func arrived(frames: Int, at now: UInt64, latency: Int64) {
        guard let rate = clock?.rate else { return }
        if isSuspended {
            // A server that goes on without saying so.
            let pause = now &- (clock?.lastArrival ?? now)
            if pause > Self.suspensionTail, pause < .max / 2 { suspended(false) }
        }
        if let lostClock, let end = lostClock.lastArrival, clock?.lastArrival == nil {
            // By arrivals, because servers take a while to know the latency of a new stream.
            let seconds = Double(Int64(bitPattern: now &- end)) * 1e-9 - Double(frames) / rate
            gap?.samples += Double(lostClock.frames(in: max(0, seconds))) * Double(captureRate) / lostClock.rate
            self.lostClock = nil
        } else if gap?.isMeasuredByClock == true {
            let lost = samples(in: clock?.loseByClock(before: frames, at: now) ?? 0)
            gap?.samples += lost
        }
        gap?.isMeasuredByClock = false
        let lost = clock?.arrived(frames: frames, at: now, latency: Double(latency) * 1e-9) ?? 0
        if lost > 0 {
            counters.silentLosses += 1
            extendGap(by: samples(in: lost), .silent)
        }
        guard !isSuspended else { return }
        if stall.arrived(at: now) || source.state != .running { change(to: .running, detail: openDetail) }
    }

    /// Audio is missing between the newest arrival and the next.
    ///
    /// - Parameter frames: how many, at the device's rate; nil when only the clock can tell.
    public mutating func missing(frames: Int64?, _ reason: GapReason) {
        if reason == .overrun || reason == .hole { counters.overruns += 1 }
        guard let frames else {
            extendGap(by: 0, reason)
            gap?.isMeasuredByClock = true
            return
        }
        clock?.lose(frames: frames)
        extendGap(by: samples(in: max(0, frames)), reason)
    }

    /// Frames that have arrived are thrown away because the analysis fell behind.
    public mutating func dropped(frames: Int) {
        guard frames > 0 else { return }
        let samples = samples(in: Int64(frames))
        let hops = Int64((samples / Double(hopSize)).rounded(.up))
        counters.skippedHops += hops
        counters.droppedHops += hops
        extendGap(by: samples, .backlog)
    }

    /// Samples collected for the next hop were thrown away, as ``needsRestart`` asked, or because their stream ended.
    public mutating func restarted(discarding samples: Int) {
        gap?.samples += Double(samples)
        gap?.needsRestart = false
    }

    /// To be called when a hop is complete, before ``hop(framesBehind:arrival:unixOffset:)``.
    ///
    /// The new epoch begins with ``beginEpoch()``, or with the hop: until then the old one goes on, for notes that have to end in
    /// it.
    ///
    /// - Returns: the discontinuity between it and the hop before; nil if there is none.
    public mutating func discontinuity() -> EpochStart? {
        guard let gap else { return nil }
        self.gap = nil
        // What is missing before the first hop of all was never part of anything.
        guard epochHasAudio else { return nil }
        let start = EpochStart(
            epoch: epoch + 1, lostFrames: Int64(gap.samples.rounded()) + skippedSamples, reason: gap.reason)
        announced = start
        return start
    }

    /// Begins the epoch that ``discontinuity()`` announced, if it hasn't begun.
    public mutating func beginEpoch() {
        guard let start = announced else { return }
        announced = nil
        epochOrigin += sample + start.lostFrames
        // Until the first hop, the new epoch's samples follow the old one's and the gap.
        anchor.air = airTime(of: sample + start.lostFrames)
        anchor.sample = 0
        epoch = start.epoch
        (sample, modelStart, skippedSamples, epochHasAudio) = (0, 0, 0, false)
        counters.lostFrames += start.lostFrames
        counters.discontinuities += 1
    }

    /// The next hop of 512 samples goes to the analysis.
    ///
    /// - Parameters:
    ///   - framesBehind: how many device frames the hop's end lies before the newest frame that arrived.
    ///   - arrival: monotonic nanoseconds at which the last frame that it needed arrived.
    ///   - unixOffset: nanoseconds to add to monotonic time to get Unix time, at this moment.
    public mutating func hop(framesBehind: Double, arrival: UInt64, unixOffset: Int64) -> HopTime {
        beginEpoch()
        let first = sample
        sample += Int64(hopSize)
        counters.hops += 1
        epochHasAudio = true
        let offset = Double(unixOffset) * 1e-9
        if let clock {
            let (air, frame) = clock.air(frame: Double(clock.position) - framesBehind)
            anchor = Anchor(
                sample: sample - 1, air: air + offset, sampleDuration: frame * clock.rate / Double(captureRate))
        } else {
            anchor = Anchor(sample: sample - 1, air: Double(arrival) * 1e-9 + offset)
        }
        return HopTime(epoch: epoch, sample: first, airTime: anchor.air, arrival: arrival)
    }

    /// The newest hop is skipped, because the analysis fell behind.
    public mutating func skip() {
        sample -= Int64(hopSize)
        anchor.sample -= Int64(hopSize)
        skippedSamples += Int64(hopSize)
        counters.hops -= 1
        counters.skippedHops += 1
    }

    /// The newest hop is analysed, and the ones before it were skipped: it begins a new epoch.
    ///
    /// - Returns: the discontinuity before it; nil if another one has covered what was skipped.
    public mutating func resume() -> EpochStart? {
        guard skippedSamples > 0 else { return nil }
        sample -= Int64(hopSize)
        let start = beginEpoch(lost: skippedSamples, .overload)
        sample = Int64(hopSize)
        anchor.sample = sample - 1
        epochHasAudio = true
        return start
    }

    /// A new model takes over at this sample.
    public mutating func modelReplaced() { modelStart = sample }

    /// Samples at 44.1 kHz in so many frames of the device.
    private func samples(in frames: Int64) -> Double {
        Double(frames) * Double(captureRate) / (clock?.rate ?? Double(captureRate))
    }

    private mutating func extendGap(by samples: Double, _ reason: GapReason) {
        var sum = gap ?? Gap(reason: reason)
        sum.samples += samples
        sum.needsRestart = true
        gap = sum
    }

    private mutating func beginEpoch(lost: Int64, _ reason: GapReason) -> EpochStart {
        let start = EpochStart(epoch: epoch + 1, lostFrames: lost, reason: reason)
        announced = start
        beginEpoch()
        return start
    }
}
