import Logging
import Sound

/// The reader's side of capture: turns the capture thread's records into hops, states and discontinuities.
///
/// Never waits. Belongs to the thread that calls `CaptureStream.next`.
struct HopReader: ~Copyable {
    private let thread: CaptureThread?
    private let isLive: Bool
    private let isClocked: Bool
    private let options: CaptureOptions
    private let logger: Logger
    private(set) var counters = CaptureCounters()

    // What is said before anything else, oldest first.
    private var pending: [CaptureEvent] = []
    private var source: String
    private var state: SourceState?
    private var detail = ""
    private var saidPriority = false
    private var ended = false

    // The open device; nil between devices.
    private var assembler: HopAssembler?
    private var audio: ByteRing?
    private var openDetail = ""
    private var stall: StallDetector
    private var loss = LossDetector(rate: Double(captureRate))
    private var air = AirClock()

    // The record whose frames are being taken, and what of it is left.
    private var record = CaptureRecord(.gap)
    private var recordFrames = 0
    // Frames to forget because the analysis fell behind.
    private var skipping = 0
    private var gap: Gap?
    // Arrival of the last frame that was taken or skipped, on whatever device.
    private var lastArrival: UInt64?
    private var epochHasSound = false
    // Samples of the previous device that never made a hop.
    private var unheard = 0

    /// Sound known to be missing before the next frame.
    private struct Gap {
        /// Samples at 44.1 kHz that are known to be gone.
        var known: Double = 0
        /// Whether the clock has to tell as well.
        var estimate = false
        var reason: String
    }

    init(
        thread: CaptureThread?, source: String, isLive: Bool, isClocked: Bool, options: CaptureOptions, logger: Logger
    ) {
        self.thread = thread
        self.source = source
        self.isLive = isLive
        self.isClocked = isClocked
        self.options = options
        self.logger = logger
        stall = StallDetector(limit: options.stallAfter.nanoseconds)
        change(to: .waiting, detail: thread == nil ? "no source is selected" : "opening \(source)")
    }

    /// When `next` should be asked again even if nothing arrives.
    var deadline: UInt64? { stall.deadline }

    /// - Returns: nil when there is nothing to say now.
    mutating func next(into hop: inout MutableSpan<Float>) -> CaptureEvent? {
        while true {
            if !pending.isEmpty { return pending.removeFirst() }
            if let event = giveHop(into: &hop) { return event }
            if takeFrames() || takeRecord() || finish() { continue }
            if stall.check(at: Clock.monotonic) {
                counters.stalls += 1
                change(to: .stalled, detail: "the stream is open, but no sound arrives")
                continue
            }
            return ended ? .ended : nil
        }
    }

    private mutating func giveHop(into hop: inout MutableSpan<Float>) -> CaptureEvent? {
        guard assembler?.hasHop == true else { return nil }
        let sample = assembler?.samplesGiven ?? 0
        let behind = assembler?.give(into: &hop) ?? 0
        let rate = Double(counters.rate ?? captureRate)
        // The newest frame taken is older than the record's last by what is left of the record.
        let age = Double(record.payload) * 1e-9 + (behind + Double(recordFrames)) / rate
        let arrival = Double(Int64(bitPattern: record.arrival) &+ Clock.unixOffset) * 1e-9
        let position = Double(sample + Int64(hopSize)) / Double(captureRate)
        counters.hops += 1
        epochHasSound = true
        return .hop(
            HopTime(sample: sample, airTime: air.time(at: position, raw: arrival - age), arrival: record.arrival))
    }

    /// Takes or skips frames of the current record. - Returns: whether there was anything to do.
    private mutating func takeFrames() -> Bool {
        guard recordFrames > 0, let audio, let format = assembler?.format else { return false }
        dropIfBehind(audio, format)
        if skipping > 0 {
            let count = min(skipping, recordFrames)
            _ = audio.skip(count * format.frameBytes)
            skipping -= count
            recordFrames -= count
            return true
        }
        if gap != nil { beginEpoch(format) }
        guard let taken = assembler?.take(from: audio, frames: recordFrames), taken.frames > 0 else {
            // A record promises frames that lie in the ring already.
            recordFrames = 0
            return true
        }
        counters.nonFiniteSamples += Int64(taken.nonFinite)
        recordFrames -= taken.frames
        return true
    }

    /// The newest wins: forgets all but the last two hops' worth when too much has piled up.
    private mutating func dropIfBehind(_ audio: ByteRing, _ format: StreamFormat) {
        guard isLive, skipping == 0 else { return }
        let backlog = audio.readableCount / format.frameBytes
        guard Double(backlog) > options.maximumBacklog.seconds * Double(format.rate) else { return }
        let keep = 2 * hopSize * format.rate / captureRate
        skipping = max(0, backlog - keep)
        let samples = Double(skipping) * Double(captureRate) / Double(format.rate)
        counters.ringDrops += Int64((samples / Double(hopSize)).rounded(.up))
        note(known: samples, estimate: false, reason: CaptureRecord.Reason.ringFull.text)
    }

    private mutating func note(known: Double, estimate: Bool, reason: String) {
        var sum = gap ?? Gap(reason: reason)
        sum.known += known
        sum.estimate = sum.estimate || estimate
        gap = sum
    }

    /// The next frame follows a gap: says how long that was, and counts samples from 0 again.
    private mutating func beginEpoch(_ format: StreamFormat) {
        guard let gap else { return }
        self.gap = nil
        var lost = gap.known
        if gap.estimate, let lastArrival {
            // Arrivals, not air times: after a gap the server's idea of its latency takes a while to settle.
            let first =
                Double(Int64(bitPattern: record.arrival &- lastArrival)) * 1e-9 - Double(recordFrames)
                / Double(format.rate)
            lost = max(lost, first * Double(captureRate))
        }
        // What had not filled a hop is never heard of either.
        lost += Double((assembler?.partial ?? 0) + unheard)
        unheard = 0
        assembler?.restart()
        air = AirClock()
        loss.reset()
        guard epochHasSound else { return }
        epochHasSound = false
        let frames = Int64(lost.rounded())
        counters.lostFrames += frames
        counters.discontinuities += 1
        pending.append(.discontinuity(lostFrames: frames, reason: gap.reason))
    }

    /// Takes the next record. - Returns: whether there was one.
    private mutating func takeRecord() -> Bool {
        guard let thread, recordFrames == 0 else { return false }
        var next = CaptureRecord(.gap)
        guard thread.records.read(into: &next, count: CaptureRecord.size) else { return false }
        switch next.kind {
        case .sound: takeSound(next)
        case .gap:
            let rate = Double(counters.rate ?? captureRate)
            note(
                known: Double(max(0, next.frames)) * Double(captureRate) / rate, estimate: next.frames < 0,
                reason: next.reason.text)
        case .suspended:
            if next.frames > 0 {
                note(known: 0, estimate: true, reason: CaptureRecord.Reason.suspended.text)
                if stall.suspended() {
                    counters.stalls += 1
                    change(to: .stalled, detail: "the source is suspended")
                }
            }
        case .notice:
            if let notice = CaptureThread.notice(in: next) { take(notice.content) }
        }
        return true
    }

    private mutating func takeSound(_ next: CaptureRecord) {
        let previous = record
        record = next
        recordFrames = Int(next.frames)
        if isClocked {
            let lost = loss.arrived(frames: recordFrames, at: next.arrival)
            if lost > 0 {
                counters.silentLosses += 1
                let samples = Double(lost) * Double(captureRate) / Double(counters.rate ?? captureRate)
                note(known: samples, estimate: false, reason: "sound was lost without a word on its way here")
            }
        }
        lastArrival = previous.kind == .sound ? previous.arrival : nil
        if stall.arrived(at: next.arrival) || state != .running { change(to: .running, detail: openDetail) }
    }

    private mutating func take(_ content: CaptureNotice.Content) {
        sayPriority()
        switch content {
        case .opened(let format, let ring, let name, let detail): open(format, ring, name: name, detail: detail)
        case .moved(let name, let detail):
            source = name
            openDetail = detail
            let current = state ?? .running
            state = nil
            change(to: current, detail: detail)
        case .closed(let state, let detail):
            if epochHasSound { note(known: 0, estimate: true, reason: "the source was lost: \(detail)") }
            stall.closed()
            change(to: state, detail: detail)
        case .ended:
            stall.closed()
            ended = true
        }
    }

    private mutating func open(_ format: StreamFormat, _ ring: ByteRing, name: String, detail: String) {
        counters.format = format.sample
        counters.rate = format.rate
        counters.channels = format.channels
        source = name
        openDetail = detail
        loss = LossDetector(rate: Double(format.rate))
        stall.opened(at: Clock.monotonic)
        skipping = 0
        unheard = assembler?.partial ?? 0
        audio = ring
        do {
            assembler = try HopAssembler(format: format)
        } catch {
            assembler = nil
            change(to: .failed, detail: "cannot convert \(format): \(error)")
        }
    }

    /// The source has ended: gets the last sound out. - Returns: whether there was any.
    private mutating func finish() -> Bool {
        guard ended, recordFrames == 0 else { return false }
        assembler?.finish()
        return assembler?.hasHop == true
    }

    private mutating func change(to new: SourceState, detail words: String) {
        guard new != state || words != detail else { return }
        state = new
        detail = words
        pending.append(.state(new, source: source, detail: words))
    }

    /// Once, and from here, because the capture thread doesn't log.
    private mutating func sayPriority() {
        guard !saidPriority, let outcome = thread?.tally.realTime.load(ordering: .acquiring), outcome != 0 else {
            return
        }
        saidPriority = true
        if outcome < 0 { logger.info("\(RealTime.explanation(errno: -outcome))") }
    }
}
