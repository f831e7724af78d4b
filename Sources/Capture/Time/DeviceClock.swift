/// The clock of one open stream: maps its frames to monotonic time, and detects frames that never arrived.
///
/// A device delivers frames at a nearly constant rate, so the *lateness* of an arrival (its time less the nominal duration of
/// all frames up to it) follows a straight line whose slope is the error of the device's clock. Scheduling and buffering only
/// ever add to it. The smallest lateness of each block of 0.25 s therefore lies on the line; a two-state Kalman filter
/// (offset and drift) tracks it. Three quantities follow from the line:
///
/// - **Time.** Frame `f` was in the air at `line(f) - latency`. The latency is a property of the stream, so it is averaged
///   over the claims of the device and isn't allowed to jump; claims are ignored after a hiatus, because sound servers
///   mis-state their latency for about as long as the hiatus lasted (measured with PulseAudio 16.1).
/// - **Loss.** A backlog that arrives late raises the lateness for a while; frames that never arrive raise it for good. When
///   two consecutive blocks lie further above the line than jitter explains (12 to 30 ms), and agree, the difference was lost.
/// - **Drift**, of up to ±2%.
///
/// A stream without a clock of its own (a pipe, a file read as fast as possible) has no line to keep to: the clock is anchored
/// anew whenever an arrival is more than 50 ms off, and no loss is detected.
///
/// A pure value: the caller supplies all times. O(1) memory and time, no allocation.
struct DeviceClock: Sendable {
    /// The range of ``lossThreshold``, in seconds: one hop at least.
    static let lossThresholds = 0.012...0.030
    /// Seconds in a block.
    static let blockLength = 0.25
    /// Seconds by which an unclocked stream may deviate before its clock is anchored anew.
    static let anchorTolerance = 0.050
    /// Seconds without an arrival after which the device's latency claims are ignored for a while.
    static let hiatus = 0.3
    /// Seconds after a move in which arrivals and claims aren't used, because the server is still learning the new latency.
    static let moveSettling = 0.4
    /// The largest drift that is credible.
    static let driftLimit = 0.02

    // Filter parameters, as standard deviations: of a block's minimum, in seconds; of the initial drift; of the offset's and
    // the drift's random walk over one second (a quartz oscillator drifts by less than 1 ppm a second).
    private static let measurementNoise = 0.0018
    private static let initialDrift = 0.01
    private static let offsetWalk = 0.0003
    private static let driftWalk = 0.5e-6

    /// Frames a second, as the device declares it.
    let rate: Double
    private let isClocked: Bool

    /// Frames of the stream so far: those that arrived, and those known to be lost.
    private(set) var position: Int64 = 0
    /// Monotonic nanoseconds of the newest arrival; nil before the first.
    private(set) var lastArrival: UInt64?
    private var origin: UInt64 = 0

    // The line: `offset + drift * (t - reference)`, where t is nominal stream time in seconds.
    private var offset = 0.0
    private var drift = 0.0
    private var reference = 0.0
    private var covariance = (oo: 0.0, od: 0.0, dd: 0.0)
    private var isTracking = false
    /// The mean distance of blocks from the line, in seconds.
    private var spread = 0.005

    // The block being collected: its smallest lateness, where that was, and the latency claimed there.
    private var blockEnd = -Double.infinity
    private var block = Block()
    private var suspect: Double?
    /// Whether the stream was moved to another device and the new device's line isn't known yet.
    private var isMoving = false

    private var latency = LatencyEstimate()
    /// Monotonic nanoseconds until which latency claims are ignored.
    private var claimsIgnoredUntil: UInt64 = 0

    private struct Block {
        var lateness = Double.infinity
        var time = 0.0
        var latency: Double?
    }

    /// - Parameters:
    ///   - rate: frames a second, as the device declares it.
    ///   - isClocked: whether the device paces itself by a clock of its own.
    init(rate: Double, isClocked: Bool) {
        self.rate = rate
        self.isClocked = isClocked
    }

    /// Takes an arrival.
    ///
    /// - Parameters:
    ///   - frames: how many arrived.
    ///   - now: monotonic nanoseconds.
    ///   - claim: seconds that the newest of them is old, as the device claims.
    /// - Returns: frames found to have been lost silently before these; 0 as a rule.
    mutating func arrived(frames: Int, at now: UInt64, latency claim: Double) -> Int64 {
        let previous = lastArrival
        if previous == nil { origin = now }
        ignoreClaims(after: previous, at: now, frames: frames)
        lastArrival = now
        position += Int64(frames)
        let elapsed = Self.seconds(from: origin, to: now)
        let time = Double(position) / rate
        let lateness = elapsed - time
        if !isClocked, previous != nil, abs(lateness - line(at: time)) > Self.anchorTolerance { anchor() }
        if isMoving, blockEnd == .infinity { blockEnd = elapsed + Self.moveSettling + Self.blockLength }
        var lost: Int64 = 0
        if elapsed >= blockEnd {
            lost = endBlock()
            blockEnd = elapsed + Self.blockLength
            block = Block()
        }
        // A loss has moved the position, and this arrival with it.
        let corrected = lateness - Double(lost) / rate
        if corrected < block.lateness, !isMoving || elapsed >= blockEnd - Self.blockLength {
            block.lateness = corrected
            block.time = time + Double(lost) / rate
            block.latency = now >= claimsIgnoredUntil ? claim : nil
        }
        if !isTracking {
            // Until the first block is complete, its minimum so far is the best estimate.
            (offset, reference) = (block.lateness, block.time)
            if let claim = block.latency { latency.preset(claim) }
        }
        return lost
    }

    /// Frames are known to be missing before the next arrival.
    mutating func lose(frames: Int64) { position += max(0, frames) }

    /// Frames are missing before the arrival of `frames` at `now`, to be taken next: counts as many as the clock says.
    ///
    /// - Returns: how many.
    mutating func loseByClock(before frames: Int, at now: UInt64) -> Int64 {
        guard lastArrival != nil else { return 0 }
        let time = Double(position + Int64(frames)) / rate
        let lost = self.frames(in: max(0, Self.seconds(from: origin, to: now) - time - line(at: time)))
        position += lost
        // What was suspected until now is part of it.
        suspect = nil
        block = Block()
        return lost
    }

    /// Frames that were still missing at the newest arrival, and never will arrive if the stream ends here.
    var missingAtEnd: Int64 {
        guard isClocked, isTracking, let lastArrival else { return 0 }
        let time = Double(position) / rate
        let late = Self.seconds(from: origin, to: lastArrival) - time - line(at: time)
        return late > lossThreshold ? frames(in: late) : 0
    }

    /// The stream continues from another device. Once its latency has settled, a block defines the line anew; what it is late by, beyond the
    /// difference of the two latencies, was lost in the move.
    mutating func moved() {
        guard isTracking else { return anchor() }
        isMoving = true
        claimsIgnoredUntil = 0
        // Set by the next arrival.
        blockEnd = .infinity
        block = Block()
        suspect = nil
    }

    /// Monotonic seconds at which `frame` was in the air, and the true duration of a frame in seconds.
    func air(frame: Double) -> (time: Double, frameDuration: Double) {
        let time = frame / rate
        return (Double(origin) * 1e-9 + time + line(at: time) - latency.value, (1 + drift) / rate)
    }

    /// Frames that the device captures in so many seconds, by its own clock.
    func frames(in seconds: Double) -> Int64 { Int64((seconds * rate / (1 + drift)).rounded()) }

    private func line(at time: Double) -> Double { offset + drift * (time - reference) }

    private static func seconds(from start: UInt64, to end: UInt64) -> Double {
        Double(Int64(bitPattern: end &- start)) * 1e-9
    }

    /// Seconds of lateness that may still be jitter or drift: six times the usual, within limits.
    private var lossThreshold: Double {
        min(max(6 * spread, Self.lossThresholds.lowerBound), Self.lossThresholds.upperBound)
    }

    private mutating func ignoreClaims(after previous: UInt64?, at now: UInt64, frames: Int) {
        guard let previous, !isMoving else { return }
        let pause = Self.seconds(from: previous, to: now)
        // Large fragments are far apart by nature.
        guard pause > Self.hiatus + 2 * Double(frames) / rate else { return }
        claimsIgnoredUntil = max(claimsIgnoredUntil, now &+ UInt64((2 + 1.5 * min(pause, 600)) * 1e9))
    }

    /// Forgets the line: the next arrivals define it.
    private mutating func anchor() {
        isTracking = false
        isMoving = false
        drift = 0
        suspect = nil
        blockEnd = -.infinity
        block = Block()
    }

    /// - Returns: frames lost, or 0.
    private mutating func endBlock() -> Int64 {
        guard block.lateness < .infinity else { return 0 }
        guard isTracking else {
            start(at: block.lateness)
            return 0
        }
        let excess = block.lateness - line(at: block.time)
        if isMoving { return settle(excess) }
        if isClocked, excess > lossThreshold {
            guard let suspect, abs(excess - suspect) <= lossThreshold / 3 else {
                self.suspect = excess
                return 0
            }
            self.suspect = nil
            let lost = frames(in: min(excess, suspect))
            position += lost
            return lost
        }
        suspect = nil
        spread += (abs(excess) - spread) / 20
        update(excess)
        if let claim = block.latency { latency.add(claim) }
        return 0
    }

    /// Begins to track the line at the block's minimum.
    private mutating func start(at lateness: Double) {
        (offset, drift, reference) = (lateness, 0, block.time)
        let noise = Self.measurementNoise
        covariance = (noise * noise, 0, Self.initialDrift * Self.initialDrift)
        isTracking = true
        if let claim = block.latency { latency.add(claim) }
    }

    /// The first block after a move: begins a new line.
    ///
    /// - Returns: frames lost in the move.
    private mutating func settle(_ excess: Double) -> Int64 {
        isMoving = false
        let missing = excess - ((block.latency ?? latency.value) - latency.value)
        latency = LatencyEstimate()
        let lost = isClocked && missing > lossThreshold ? frames(in: missing) : 0
        position += lost
        block.time += Double(lost) / rate
        start(at: block.lateness - Double(lost) / rate)
        return lost
    }

    /// One step of the filter: predicts to the block's minimum, and corrects by how far it lies off the line.
    private mutating func update(_ excess: Double) {
        let step = max(0, block.time - reference)
        let (oo, od, dd) = covariance
        offset = line(at: block.time)
        reference = block.time
        var predicted = (oo: oo + step * (2 * od + step * dd), od: od + step * dd, dd: dd)
        predicted.oo += Self.offsetWalk * Self.offsetWalk * step
        predicted.dd += Self.driftWalk * Self.driftWalk * step
        // Nothing arrives before its time, so an arrival far ahead of the line proves the line wrong.
        if excess < -Self.lossThresholds.upperBound { predicted.oo += excess * excess }
        let variance = predicted.oo + Self.measurementNoise * Self.measurementNoise
        let gain = (offset: predicted.oo / variance, drift: predicted.od / variance)
        offset += gain.offset * excess
        drift = min(max(drift + gain.drift * excess, -Self.driftLimit), Self.driftLimit)
        covariance = (
            predicted.oo - gain.offset * predicted.oo, predicted.od - gain.offset * predicted.od,
            predicted.dd - gain.drift * predicted.od
        )
    }
}

/// The latency of a stream from the claims of its device: the median of the first four claims, then a value that follows the
/// median of the newest nine by at most 0.3 ms a claim, so that claims that are far off for seconds hardly matter.
private struct LatencyEstimate: Sendable {
    private static let firstClaims = 4
    private static let step = 0.0003
    private var claims = InlineArray<9, Double>(repeating: 0)
    private var count = 0
    private(set) var value = 0.0

    /// A first idea, from before there was a claim to `add`.
    mutating func preset(_ claim: Double) {
        if count == 0 { value = claim }
    }

    mutating func add(_ claim: Double) {
        claims[count % claims.count] = claim
        count += 1
        let median = median
        value = count <= Self.firstClaims ? median : value + min(max(median - value, -Self.step), Self.step)
    }

    private var median: Double {
        let filled = min(count, claims.count)
        var sorted = claims
        for index in 1..<max(filled, 1) {
            let claim = sorted[index]
            var place = index
            while place > 0, sorted[place - 1] > claim {
                sorted[place] = sorted[place - 1]
                place -= 1
            }
            sorted[place] = claim
        }
        return sorted[filled / 2]
    }
}
