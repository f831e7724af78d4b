import Sound

/// The daemon's only clock: epochs, samples, air time, lost audio, and the state of the source.
///
/// Everything that affects time goes in: streams that are opened, moved, suspended and lost, arrivals, gaps, audio
/// dropped because the analysis fell behind, and changes of source and model. Out come the number of every hop, the
/// time at which it was in the air, and how much audio is missing. Nothing else in the program computes any of these.
///
/// An **epoch** is a run of consecutive samples. Missing audio ends it. Consecutive gaps with no complete hop in
/// between form one discontinuity, whose loss is their sum. Epochs are numbered from 1, and samples count from 0 in
/// each.
///
/// A pure value: the caller supplies all times (monotonic nanoseconds, and their offset to Unix time), so that tests
/// run it through days of virtual time. It has one owner at a time, in the daemon the analysis thread. Each call is
/// O(1) and allocates only when a state changes or an epoch begins.
public struct Timeline: Sendable {
    /// Totals since the daemon started, over all sources. They never decrease.
    public struct Counters: Sendable, Equatable {
        /// Hops delivered to the analysis and not skipped.
        public var hops: Int64 = 0
        /// Hops' worth of audio that was never analysed because the analysis fell behind: ``droppedHops``, and hops
        /// that the analysis skipped itself.
        public var skippedHops: Int64 = 0
        /// Hops' worth of audio dropped before it reached the analysis.
        public var droppedHops: Int64 = 0
        /// Times a device or server reported an overrun or a hole.
        public var overruns: Int64 = 0
        /// Samples at 44.1 kHz missing between epochs, for any reason.
        public var lostFrames: Int64 = 0
        /// Epochs that ended.
        public var discontinuities: Int64 = 0
        /// Times a source was reopened after a loss.
        public var reconnects: Int64 = 0
        /// Times the clock revealed that audio had been dropped silently.
        public var silentLosses: Int64 = 0
        /// Times an open stream stopped delivering.
        public var stalls: Int64 = 0
    }

    /// Nanoseconds after the report of a suspension in which audio from before it may still arrive.
    private static let suspensionTail: UInt64 = 500_000_000

    /// The number of the current epoch.
    public private(set) var epoch: Int
    /// Samples delivered to the analysis since the epoch began.
    public private(set) var sample: Int64 = 0
    /// The transcriber's sample 0 in this epoch: the start of the epoch, or the last change of model.
    public private(set) var modelStart: Int64 = 0
    /// Samples before this epoch since the daemon started, lost ones included.
    public private(set) var epochOrigin: Int64 = 0
    /// Samples since the daemon started, lost ones included: a position that continues across epochs.
    public var elapsed: Int64 { epochOrigin + sample }
    /// The source as clients see it.
    public private(set) var source: SourceStatus
    /// Whether the source has ended.
    public private(set) var hasEnded = false
    /// Why the source ended prematurely; nil if it didn't.
    public private(set) var endFailure: EndFailure?
    public private(set) var counters = Counters()

    private var events: [CaptureEvent] = []
    private var traits: SourceTraits
    private var clock: DeviceClock?
    private var stall = StallDetector(limit: 0)
    private var openDetail = ""
    private var isSuspended = false
    private var wasOpen = false
    /// The clock of a lost stream, until its successor delivers audio.
    private var lostClock: DeviceClock?

    /// Audio known to be missing before the next hop.
    private var gap: Gap?
    private var epochHasAudio = false
    /// A discontinuity that was returned and whose epoch hasn't begun.
    private var announced: EpochStart?
    /// Samples of hops that the analysis skipped, not covered by a discontinuity yet.
    private var skippedSamples: Int64 = 0
    /// The newest hop's last sample, its time in the air, and the duration of a sample.
    private var anchor: Anchor

    private struct Gap {
        /// At 44.1 kHz.
        var samples = 0.0
        var reason: GapReason
        /// Whether the next arrival determines how much is missing.
        var isMeasuredByClock = false
        /// Whether the samples collected for the next hop precede the gap.
        var needsRestart = true
    }

    private struct Anchor {
        var sample: Int64 = 0
        /// Unix seconds.
        var air: Double
        /// Seconds to subtract from ``air`` to get monotonic time; nil before the first hop.
        var unixOffset: Double?
        var sampleDuration = 1 / Double(captureRate)
    }

    /// - Parameters:
    ///   - epoch: the number of the first epoch.
    ///   - traits: those of the first source.
    ///   - now: Unix time in seconds, used for events before the first hop.
    public init(epoch: Int = 1, _ traits: SourceTraits, now: Double) {
        self.epoch = epoch
        self.traits = traits
        source = SourceStatus(state: .waiting, name: traits.name, detail: traits.detail)
        anchor = Anchor(air: now)
        begin(with: traits)
    }

    // MARK: Output

    /// The time at which ``checkStall(at:)`` must be called even if nothing arrives; nil if it need not be.
    public var deadline: UInt64? { stall.deadline }

    /// Removes and returns the oldest pending change of state; nil if none is pending.
    public mutating func nextEvent() -> CaptureEvent? { events.isEmpty ? nil : events.removeFirst() }

    /// Whether the samples collected for the next hop must be discarded, because audio is missing after them. The
    /// caller confirms with ``restarted(discarding:)``.
    public var needsRestart: Bool { gap?.needsRestart ?? false }

    /// The Unix time at which `sample` of this epoch was in the air.
    public func airTime(of sample: Int64) -> Double {
        anchor.air + Double(sample - anchor.sample) * anchor.sampleDuration
    }

    /// The same in monotonic seconds, which no step of the system's clock distorts; nil before the first hop.
    public func monotonicAirTime(of sample: Int64) -> Double? {
        anchor.unixOffset.map { airTime(of: sample) - $0 }
    }
}

// MARK: - Sources

extension Timeline {
    /// Switches to another source: a new epoch begins, without loss.
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
        (wasOpen, hasEnded, endFailure) = (false, false, nil)
        events.removeAll()
        source = SourceStatus(state: .waiting, name: new.name, detail: new.detail)
    }

    /// A stream was opened.
    ///
    /// - Parameters:
    ///   - rate: frames per second, as the device declares it.
    ///   - name: the device, as a source specification.
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
        (source.channels, source.warnings) = (nil, [])
    }

    /// Which channels of the open stream are analysed.
    public mutating func report(_ channels: ChannelReport) {
        guard channels != source.channels else { return }
        let hadWarning = source.channels?.warning != nil
        source.channels = channels
        guard source.state == .running, hadWarning || channels.warning != nil else { return }
        source.detail = runningDetail
        events.append(.state(source))
    }

    /// The open stream can be analysed, but something is wrong with it: a clause.
    public mutating func warn(_ warning: String) {
        guard !source.warnings.contains(warning) else { return }
        source.warnings.append(warning)
        guard source.state == .running else { return }
        source.detail = runningDetail
        events.append(.state(source))
    }

    /// The stream continues from another device.
    public mutating func moved(name: String, detail: String) {
        clock?.moved()
        source.name = name
        openDetail = detail
        source.detail = runningDetail
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
        (source.channels, source.warnings) = (nil, [])
        change(to: state, detail: detail)
    }

    /// The device reports that it was suspended or resumed. Audio captured before a suspension may arrive after the
    /// report.
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

    /// A file or a pipe will end prematurely, after the audio that has arrived.
    public mutating func failed(_ failure: EndFailure) {
        endFailure = failure
        stall.closed()
        change(to: .failed, detail: failure.reason)
    }

    /// The source has ended. After a failure, its state and detail remain.
    public mutating func end() {
        stall.closed()
        hasEnded = true
        guard endFailure == nil else { return }
        source.state = .waiting
        source.detail = "ended"
    }

    /// Compares the clock with what an open stream should have delivered by now.
    ///
    /// - Returns: whether a stall was detected.
    public mutating func checkStall(at now: UInt64) -> Bool {
        guard stall.check(at: now) else { return false }
        counters.stalls += 1
        change(to: .stalled, detail: "the stream is open, but no audio arrives")
        return true
    }

    /// Reports a state of the source that doesn't come from a stream, such as a format that cannot be converted.
    public mutating func change(to state: CaptureState, detail: String) {
        guard state != source.state || detail != source.detail else { return }
        source.state = state
        source.detail = detail
        events.append(.state(source))
    }

    /// The description of the open stream, with its warnings.
    private var runningDetail: String { ([openDetail] + source.allWarnings).joined(separator: "; ") }

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
    /// Frames have arrived, following all earlier arrivals.
    ///
    /// - Parameters:
    ///   - now: monotonic nanoseconds of the arrival.
    ///   - latency: the age of the newest frame in nanoseconds, as the device claims.
    public mutating func arrived(frames: Int, at now: UInt64, latency: Int64) {
        guard let rate = clock?.rate else { return }
        if isSuspended {
            // The server may resume without reporting it.
            let pause = now &- (clock?.lastArrival ?? now)
            if pause > Self.suspensionTail, pause < .max / 2 { suspended(false) }
        }
        if let lostClock, let end = lostClock.lastArrival, clock?.lastArrival == nil {
            // Measured by arrivals, because a server takes a while to determine the latency of a new stream.
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
        if stall.arrived(at: now) || source.state != .running { change(to: .running, detail: runningDetail) }
    }

    /// Audio is missing between the newest arrival and the next.
    ///
    /// - Parameter frames: the number of missing frames at the device's rate; nil to measure it by the clock.
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

    /// Frames that had arrived were discarded because the analysis fell behind.
    public mutating func dropped(frames: Int) {
        guard frames > 0 else { return }
        let samples = samples(in: Int64(frames))
        let hops = Int64((samples / Double(hopSize)).rounded(.up))
        counters.skippedHops += hops
        counters.droppedHops += hops
        extendGap(by: samples, .backlog)
    }

    /// Samples collected for the next hop were discarded, because ``needsRestart`` was true or because their stream
    /// ended.
    public mutating func restarted(discarding samples: Int) {
        gap?.samples += Double(samples)
        gap?.needsRestart = false
    }

    /// Returns the discontinuity between the completed hop and the one before it; nil if there is none. To be called
    /// when a hop is complete, before ``hop(framesBehind:arrival:unixOffset:)``.
    ///
    /// The new epoch begins with ``beginEpoch()`` or with the hop. Until then the old epoch continues, so that notes
    /// can end in it.
    public mutating func discontinuity() -> EpochStart? {
        guard let gap else { return nil }
        self.gap = nil
        // Audio missing before the very first hop interrupted nothing.
        guard epochHasAudio else { return nil }
        let start = EpochStart(
            epoch: epoch + 1, lostFrames: Int64(gap.samples.rounded()) + skippedSamples, reason: gap.reason)
        announced = start
        return start
    }

    /// Begins the epoch announced by ``discontinuity()``, unless it has begun already.
    public mutating func beginEpoch() {
        guard let start = announced else { return }
        announced = nil
        epochOrigin += sample + start.lostFrames
        // Until the first hop, the samples of the new epoch follow those of the old one and the gap.
        anchor.air = airTime(of: sample + start.lostFrames)
        anchor.sample = 0
        epoch = start.epoch
        (sample, modelStart, skippedSamples, epochHasAudio) = (0, 0, 0, false)
        counters.lostFrames += start.lostFrames
        counters.discontinuities += 1
    }

    /// Numbers and times the next hop of 512 samples, which goes to the analysis.
    ///
    /// - Parameters:
    ///   - framesBehind: the distance from the end of the hop to the newest frame that arrived, in device frames.
    ///   - arrival: monotonic nanoseconds at which the last frame of the hop arrived.
    ///   - unixOffset: nanoseconds to add to monotonic time to get Unix time, as of now.
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
                sample: sample - 1, air: air + offset, unixOffset: offset,
                sampleDuration: frame * clock.rate / Double(captureRate))
        } else {
            anchor = Anchor(sample: sample - 1, air: Double(arrival) * 1e-9 + offset, unixOffset: offset)
        }
        return HopTime(epoch: epoch, sample: first, airTime: anchor.air, arrival: arrival)
    }

    /// The newest hop is skipped because the analysis fell behind.
    public mutating func skip() {
        sample -= Int64(hopSize)
        // The hops skipped before it lie between this epoch's samples and the hop that set the anchor.
        anchor.sample += skippedSamples
        skippedSamples += Int64(hopSize)
        counters.hops -= 1
        counters.skippedHops += 1
    }

    /// The newest hop is analysed after others were skipped: it begins a new epoch.
    ///
    /// - Returns: the discontinuity before it; nil if another discontinuity has covered the skipped hops.
    public mutating func resume() -> EpochStart? {
        guard skippedSamples > 0 else { return nil }
        sample -= Int64(hopSize)
        let air = anchor.air
        let start = beginEpoch(lost: skippedSamples, .overload)
        sample = Int64(hopSize)
        (anchor.sample, anchor.air) = (sample - 1, air)
        epochHasAudio = true
        return start
    }

    /// A new model begins at this sample.
    public mutating func modelReplaced() { modelStart = sample }

    /// Converts device frames to samples at 44.1 kHz.
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
