import Basics
import Logging
import Sound

/// The reader's side of capture: turns the capture thread's records into hops, and reports their contents to a
/// ``Timeline``.
///
/// It moves audio and keeps no time. It never waits. Belongs to the thread that calls `CaptureStream.next`.
struct HopReader: ~Copyable {
    private let thread: CaptureThread?
    private let isLive: Bool
    private let maximumBacklog: Double
    private let channel: ChannelChoice
    private let logger: Logger
    /// The format of the device; nil until it is first opened.
    private(set) var format: StreamFormat?
    /// Samples that were not finite, or more than 80 dB above full scale.
    private(set) var nonFiniteSamples: Int64 = 0

    private var hasEnded = false
    /// Why the source ended prematurely, until its last audio has been returned.
    private var endFailure: EndFailure?
    // The open device; nil between devices.
    private var assembler: HopAssembler?
    private var audio: ByteRing?
    /// Which channels of the open device are analysed, as last reported.
    private var channels: ChannelReport?
    /// Whether the device mixes its channels itself.
    private var deviceMixes = false
    // The record whose frames are being taken, and the number of its frames that remain.
    private var record = CaptureRecord(.gap)
    private var recordFrames = 0
    // Frames still to be discarded because the analysis fell behind.
    private var skipping = 0

    /// - Parameters:
    ///   - isLive: whether the source continues when nobody reads, so that an excessive backlog must be dropped.
    ///   - maximumBacklog: the limit of the backlog in seconds of audio.
    ///   - channel: which channels are analysed.
    init(
        thread: CaptureThread?, isLive: Bool, maximumBacklog: Double, channel: ChannelChoice = .automatic,
        logger: Logger
    ) {
        self.thread = thread
        self.isLive = isLive
        self.maximumBacklog = maximumBacklog
        self.channel = channel
        self.logger = logger
    }

    /// - Returns: nil if there is nothing to report.
    mutating func next(into hop: inout MutableSpan<Float>, _ timeline: inout Timeline) -> CaptureEvent? {
        while true {
            if let event = timeline.nextEvent() { return event }
            if let event = takeHop(into: &hop, &timeline) { return event }
            if takeFrames(&timeline) || takeRecord(&timeline) || finish() { continue }
            if let failure = endFailure {
                endFailure = nil
                timeline.failed(failure)
                continue
            }
            if timeline.checkStall(at: Clock.monotonic) { continue }
            return hasEnded ? .ended : nil
        }
    }

    private mutating func takeHop(into hop: inout MutableSpan<Float>, _ timeline: inout Timeline) -> CaptureEvent? {
        guard assembler?.hasHop == true else { return nil }
        if let start = timeline.discontinuity() { return .discontinuity(start) }
        // The rest of the record is newer than the newest frame taken.
        let behind = (assembler?.take(into: &hop) ?? 0) + Double(recordFrames)
        return .hop(timeline.hop(framesBehind: behind, arrival: record.arrival, unixOffset: Clock.unixOffset))
    }

    /// Takes or skips frames of the current record.
    ///
    /// - Returns: whether any remained.
    private mutating func takeFrames(_ timeline: inout Timeline) -> Bool {
        guard recordFrames > 0, let audio, let format = assembler?.format else { return false }
        dropBacklog(audio, format, &timeline)
        if skipping > 0 {
            let count = min(skipping, recordFrames)
            _ = audio.skip(count * format.frameBytes)
            skipping -= count
            recordFrames -= count
            return true
        }
        if timeline.needsRestart {
            timeline.restarted(discarding: assembler?.partial ?? 0)
            assembler?.restart()
        }
        guard let taken = assembler?.append(from: audio, frames: recordFrames), taken.frames > 0 else {
            // A record is written only after its frames, so this cannot happen.
            recordFrames = 0
            return true
        }
        nonFiniteSamples += Int64(taken.nonFinite)
        recordFrames -= taken.frames
        if !deviceMixes, let report = assembler?.channels, report != channels { take(report, &timeline) }
        return true
    }

    /// Drops an excessive backlog, except for the newest two hops.
    private mutating func dropBacklog(_ audio: ByteRing, _ format: StreamFormat, _ timeline: inout Timeline) {
        guard isLive, skipping == 0 else { return }
        let backlog = audio.readableCount / format.frameBytes
        guard Double(backlog) > maximumBacklog * Double(format.rate) else { return }
        skipping = max(0, backlog - 2 * hopSize * format.rate / captureRate)
        timeline.dropped(frames: skipping)
    }

    /// Takes the next record.
    ///
    /// - Returns: whether one was waiting.
    private mutating func takeRecord(_ timeline: inout Timeline) -> Bool {
        guard let thread, recordFrames == 0 else { return false }
        var next = CaptureRecord(.gap)
        guard thread.records.read(into: &next, count: CaptureRecord.size) else { return false }
        switch next.kind {
        case .audio:
            record = next
            recordFrames = Int(next.frames)
            timeline.arrived(frames: recordFrames, at: next.arrival, latency: next.payload)
        case .gap: timeline.missing(frames: next.frames < 0 ? nil : next.frames, next.reason.gap)
        case .suspended: timeline.suspended(next.frames > 0)
        case .notice:
            if let notice = CaptureThread.notice(in: next) { take(notice.content, &timeline) }
        }
        return true
    }

    private mutating func take(_ content: CaptureNotice.Content, _ timeline: inout Timeline) {
        switch content {
        case .opened(let device, let ring):
            let format = device.format
            logger.debug(
                "opened \(device.name): \(format), \(ring.capacity / format.frameBytes) frames of buffer")
            open(format, ring, &timeline)
            timeline.opened(rate: format.rate, name: device.name, detail: device.detail, at: Clock.monotonic)
            deviceMixes = device.channels != nil
            channels = nil
            if let report = device.channels ?? assembler?.channels { take(report, &timeline) }
            for warning in device.warnings { timeline.warn(warning) }
        case .remark(.channels(let report)): take(report, &timeline)
        case .remark(.warning(let text)): timeline.warn(text)
        case .moved(let name, let detail): timeline.moved(name: name, detail: detail)
        case .closed(let state, let detail): timeline.closed(state, detail: detail)
        case .ended(let failure):
            hasEnded = true
            endFailure = failure
        }
    }

    private mutating func take(_ report: ChannelReport, _ timeline: inout Timeline) {
        channels = report
        timeline.report(report)
    }

    private mutating func open(_ format: StreamFormat, _ ring: ByteRing, _ timeline: inout Timeline) {
        self.format = format
        skipping = 0
        // The incomplete hop of the lost stream is discarded with its assembler.
        timeline.restarted(discarding: assembler?.partial ?? 0)
        audio = ring
        do {
            assembler = try HopAssembler(format: format, channel: channel)
        } catch {
            assembler = nil
            timeline.change(to: .failed, detail: "cannot convert \(format): \(error)")
        }
    }

    /// Once the source has ended, turns the rest of its audio into hops.
    ///
    /// - Returns: whether there is another hop.
    private mutating func finish() -> Bool {
        guard hasEnded, recordFrames == 0 else { return false }
        assembler?.finish()
        return assembler?.hasHop == true
    }
}
