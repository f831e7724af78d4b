import Basics

@testable import Capture

/// A capture device and its reader in virtual time: what `CaptureThread` and `HopReader` would report to a timeline,
/// and the truth to compare with. Times are monotonic seconds. Simulating an hour takes well under a second.
struct SimulatedDevice {
    /// The error of the device's clock: real rate against the declared one, in parts per million.
    var partsPerMillion = 0.0
    /// Seconds by which an arrival may be late.
    var jitter = 0.004
    /// Frames in a fragment.
    var fragment = 441
    /// Seconds from the air to the arrival of a fragment that isn't late.
    var latency = 0.020
    /// Standard deviation of the latency claims, in seconds.
    var claimNoise = 0.001
    /// Seconds of audio that the server and the connection buffer for a process that doesn't read.
    var serverBuffer = 2.0

    private(set) var timeline: Timeline
    private(set) var now = 1000.0
    /// Seconds to add to monotonic time to get Unix time.
    private(set) var unixOffset = 1_790_000_000.0
    private(set) var record = Record()
    private var random: SplitMix64
    private let rate = Double(captureRate)
    /// Frames captured by the device so far.
    private var captured = 0.0
    /// Frames of the next hop that have arrived; the newest of them is number `captured`.
    private var waiting = 0.0
    /// The time until which latency claims are wrong.
    private var claimsWrongUntil = 0.0
    private var settledAt = 1001.0
    private var firstHopStart: Double?
    private var lastHopEnd = 0.0
    private var lastHop: HopTime?

    /// The observations.
    struct Record {
        var hops: Int64 = 0
        /// The largest error of an air time in seconds, outside of the settling time after a fault.
        var worstAirError = 0.0
        var discontinuities: [EpochStart] = []
        var states: [SourceStatus] = []
        /// Descriptions of violated invariants.
        var faults: [String] = []
    }

    init(seed: UInt64 = 1, partsPerMillion: Double = 0, fragment: Int = 441, stallLimit: Double = 0.75) {
        random = SplitMix64(seed: seed)
        self.partsPerMillion = partsPerMillion
        self.fragment = fragment
        timeline = Timeline(
            SourceTraits(name: "simulated", isClocked: true, stallLimit: UInt64(stallLimit * 1e9)),
            now: 1000 + 1_790_000_000)
        timeline.opened(rate: captureRate, name: "simulated", detail: "simulated", at: Self.nanoseconds(now))
        collectStates()
    }

    /// The true number of samples missing between hops.
    var trueLoss: Double {
        firstHopStart.map { lastHopEnd - $0 - Double(record.hops) * Double(hopSize) } ?? 0
    }

    private var realRate: Double { rate * (1 + partsPerMillion * 1e-6) }

    // MARK: Scenarios

    /// Delivers regular audio.
    mutating func flow(_ seconds: Double) {
        let end = now + seconds
        let duration = Double(fragment) / realRate
        while now < end {
            now += duration
            deliver(fragment, at: now + jitter * Double.random(in: 0...1, using: &random))
        }
    }

    /// Delivers nothing for `seconds`, then the first `kept` seconds of the audio captured meanwhile in a burst. The
    /// rest is lost silently, and latency claims are wrong for the same time again.
    mutating func pause(_ seconds: Double, keeping kept: Double) {
        let seconds = wholeFragments(seconds)
        pass(seconds)
        burst(min(seconds, kept), of: seconds)
    }

    /// Stops the process: as a pause, but nothing checks for stalls meanwhile, and the reader drops the backlog.
    mutating func freeze(_ seconds: Double) {
        let seconds = wholeFragments(seconds)
        now += seconds
        settle(seconds)
        burst(min(seconds, serverBuffer), of: seconds, limit: 1)
    }

    mutating func suspend(_ seconds: Double) {
        timeline.suspended(true)
        collectStates()
        // Audio in transit still arrives.
        flow(0.03)
        pass(seconds)
        captured += seconds * realRate
        timeline.suspended(false)
    }

    /// The device overruns and reports it without a frame count.
    mutating func overrun(_ seconds: Double) {
        pass(seconds)
        captured += seconds * realRate
        timeline.missing(frames: nil, .overrun)
    }

    /// The server leaves a hole and reports its size.
    mutating func hole(frames: Int) {
        now += Double(frames) / realRate
        captured += Double(frames)
        timeline.missing(frames: Int64(frames), .hole)
    }

    /// The server moves the stream to a device with another latency, and reports it before or after the first of that
    /// device's audio.
    mutating func move(losing seconds: Double, latency new: Double, isReportedLate: Bool) {
        pass(seconds)
        captured += seconds * realRate
        // The other device's latency shifts all arrivals.
        let step = new - latency
        latency = new
        now += step
        if isReportedLate { flow(0.03) }
        timeline.moved(name: "other", detail: "moved")
        collectStates()
        settle(0)
        claimsWrongUntil = now + 0.2
    }

    /// The source disappears and is reopened after `attempts` failures.
    mutating func reopen(after seconds: Double, attempts: Int = 2, delivering frames: Int? = nil) {
        timeline.closed(.waiting, detail: "unplugged")
        for attempt in 0..<attempts { timeline.closed(.waiting, detail: "not there, attempt \(attempt)") }
        collectStates()
        pass(seconds)
        captured += seconds * realRate
        timeline.opened(rate: captureRate, name: "simulated", detail: "back", at: Self.nanoseconds(now))
        // The reader discards the incomplete hop of the old stream.
        timeline.restarted(discarding: Int(waiting))
        waiting = 0
        settle(0)
        claimsWrongUntil = now + 0.2
        guard let frames else { return }
        now += Double(frames) / realRate
        deliver(frames, at: now)
    }

    /// The system clock is set.
    mutating func stepWallClock(by seconds: Double) { unixOffset += seconds }

    /// The analysis skips hops because the machine is too slow.
    mutating func skipHops(_ count: Int) {
        for _ in 0..<count {
            let (before, last) = (record.hops, lastHop)
            while record.hops == before { flow(0.001) }
            timeline.skip()
            record.hops -= 1
            lastHop = last
        }
        let before = record.hops
        while record.hops == before { flow(0.001) }
        if let start = timeline.resume() {
            record.discontinuities.append(start)
            lastHop = HopTime(epoch: start.epoch, sample: 0, airTime: 0, arrival: 0)
        }
    }

    // MARK: Implementation

    private static func nanoseconds(_ seconds: Double) -> UInt64 { UInt64(seconds * 1e9) }

    /// Lets time pass without audio, checking for stalls as `CaptureStream.next` does.
    private mutating func pass(_ seconds: Double) {
        now += seconds
        if let deadline = timeline.deadline, Self.nanoseconds(now) >= deadline { _ = timeline.checkStall(at: deadline) }
        collectStates()
        settle(seconds)
    }

    private func wholeFragments(_ seconds: Double) -> Double {
        let duration = Double(fragment) / realRate
        return (seconds / duration).rounded(.up) * duration
    }

    private mutating func settle(_ seconds: Double) {
        settledAt = max(settledAt, now + 1)
        claimsWrongUntil = max(claimsWrongUntil, now + seconds)
    }

    private mutating func burst(_ kept: Double, of seconds: Double, limit: Double? = nil) {
        let fragments = Int((kept * realRate / Double(fragment)).rounded())
        var backlog = fragments * fragment
        let excess = limit.map { Double(backlog) > $0 * rate ? backlog - 2 * hopSize : 0 } ?? 0
        var skipping = 0
        for index in 0..<fragments {
            captured += Double(fragment)
            report(fragment, at: now + Double(index) * 1e-5)
            if index == 0, excess > 0 {
                timeline.dropped(frames: excess)
                skipping = excess
            }
            let skipped = min(skipping, fragment)
            skipping -= skipped
            backlog -= fragment
            take(Double(fragment - skipped), at: now)
        }
        captured += seconds * realRate - Double(fragments * fragment)
    }

    private mutating func deliver(_ frames: Int, at arrival: Double) {
        captured += Double(frames)
        report(frames, at: arrival)
        take(Double(frames), at: arrival)
    }

    private mutating func report(_ frames: Int, at arrival: Double) {
        let late = arrival - now
        let noise = claimNoise * Double.random(in: -1.7...1.7, using: &random)
        let claim =
            now < claimsWrongUntil ? Double.random(in: 0...1.5, using: &random) : latency + max(0, late) + noise
        timeline.arrived(frames: frames, at: Self.nanoseconds(arrival), latency: Int64(max(0, claim) * 1e9))
        collectStates()
    }

    /// Does what the reader does with the newest frames.
    private mutating func take(_ frames: Double, at arrival: Double) {
        guard frames > 0 else { return }
        if timeline.needsRestart {
            timeline.restarted(discarding: Int(waiting))
            waiting = 0
        }
        waiting += frames
        while waiting >= Double(hopSize) {
            if let start = timeline.discontinuity() { record.discontinuities.append(start) }
            waiting -= Double(hopSize)
            let hop = timeline.hop(
                framesBehind: waiting, arrival: Self.nanoseconds(arrival), unixOffset: Int64(unixOffset * 1e9))
            check(hop)
        }
    }

    private mutating func check(_ hop: HopTime) {
        record.hops += 1
        let end = captured - waiting
        if firstHopStart == nil { firstHopStart = end - Double(hopSize) }
        lastHopEnd = end
        if let last = lastHop {
            let follows = hop.epoch == last.epoch && hop.sample == last.sample + Int64(hopSize)
            if !follows, !(hop.epoch > last.epoch && hop.sample == 0) {
                record.faults.append("epoch \(hop.epoch) sample \(hop.sample) after \(last.epoch), \(last.sample)")
            }
            if hop.epoch != (record.discontinuities.last?.epoch ?? 1) {
                record.faults.append("epoch \(hop.epoch) was not announced")
            }
        }
        lastHop = hop
        guard now > settledAt else { return }
        // A frame was in the air `latency` seconds before the earliest arrival of a fragment that ends with it.
        let air = now - waiting / realRate - latency + unixOffset
        record.worstAirError = max(record.worstAirError, abs(hop.airTime - air))
    }

    private mutating func collectStates() {
        while let event = timeline.nextEvent() {
            if case .state(let status) = event { record.states.append(status) }
        }
    }
}
