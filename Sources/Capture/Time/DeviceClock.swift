/// The clock of one open stream: maps its frames to monotonic time, and detects frames that never arrived.
///
/// A device delivers frames at a nearly constant rate. The *lateness* of an arrival, its time minus the nominal
/// duration of all frames up to it, therefore follows a straight line whose slope is the error of the device's clock.
/// Scheduling and buffering only ever increase it, so the smallest lateness in each block of 0.25 s lies on the line. A
/// two-state Kalman filter (offset and drift) tracks that line. Three quantities follow from it:
///
/// - **Time.** Frame `f` was in the air at `line(f) - latency`. The latency is a property of the stream, so it is
///   averaged over the device's claims and isn't allowed to jump. Claims are ignored after a hiatus, because sound
///   servers misstate their latency for about as long as the hiatus lasted (measured with PulseAudio 16.1).
/// - **Loss.** A backlog that arrives late raises the lateness temporarily; frames that never arrive raise it
///   permanently. When two consecutive blocks lie further above the line than jitter explains (12 to 30 ms) and agree
///   with each other, the difference was lost.
/// - **Drift**, up to ±2%.
///
/// A stream without a clock of its own (a pipe, a file read as fast as possible) doesn't follow a line. Its clock is
/// re-anchored whenever an arrival is more than 50 ms off, and no loss is detected.
///
/// A pure value: the caller supplies all times. O(1) memory and time per call, no allocation.
struct DeviceClock: Sendable {
    /// The range of ``lossThreshold``, in seconds: at least one hop.
    static let lossThresholds = 0.012...0.030
    /// Seconds per block.
    static let blockLength = 0.25
    /// Seconds by which an unclocked stream may deviate before its clock is re-anchored.
    static let anchorTolerance = 0.050
    /// Seconds without an arrival after which the device's latency claims are temporarily ignored.
    static let hiatus = 0.3
    /// Seconds after a move in which arrivals and claims are ignored, because the server is still measuring the new
    /// latency.
    static let moveSettling = 0.4
    /// The largest plausible drift.
    static let driftLimit = 0.02

    // Filter parameters, as standard deviations: of a block's minimum, in seconds; of the initial drift; of the
    // offset's and the drift's random walk over one second (a quartz oscillator drifts by less than 1 ppm a second).
    private static let measurementNoise = 0.0018
    private static let initialDrift = 0.01
    private static let offsetWalk = 0.0003
    private static let driftWalk = 0.5e-6

    /// Frames per second, as the device declares it.
    let rate: Double
    private let isClocked: Bool

    /// Frames of the stream so far, both arrived and known to be lost.
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
    /// The mean absolute distance of blocks from the line, in seconds.
    private var spread = 0.005

    // The block in progress: its smallest lateness, with the stream time and the latency claim at that arrival.
    private var blockEnd = -Double.infinity
    private var block = Block()
    private var suspect: Double?
    /// Whether the stream was moved to another device whose line isn't known yet.
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
    ///   - rate: frames per second, as the device declares it.
    ///   - isClocked: whether the device is paced by a clock of its own.
    init(rate: Double, isClocked: Bool) {
        self.rate = rate
        self.isClocked = isClocked
    }

    /// Takes an arrival.
    ///
    /// - Parameters:
    ///   - frames: the number of frames that arrived.
    ///   - now: monotonic nanoseconds.
    ///   - claim: the age of the newest frame in seconds, as the device claims.
    /// - Returns: the number of frames found to have been lost silently before these; usually 0.
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
        // A loss has shifted the position, and this arrival with it.
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

    /// Records frames that are known to be missing before the next arrival.
    mutating func lose(frames: Int64) { position += max(0, frames) }

    /// Measures by the clock how many frames are missing before the next arrival, `frames` frames at `now`, and records
    /// them.
    ///
    /// - Returns: the number of missing frames.
    mutating func loseByClock(before frames: Int, at now: UInt64) -> Int64 {
        guard lastArrival != nil else { return 0 }
        let time = Double(position + Int64(frames)) / rate
        let lost = self.frames(in: max(0, Self.seconds(from: origin, to: now) - time - line(at: time)))
        position += lost
        // The measured loss includes any loss suspected until now.
        suspect = nil
        block = Block()
        return lost
    }

    /// Frames still missing at the newest arrival, which are lost if the stream ends here.
    var missingAtEnd: Int64 {
        guard isClocked, isTracking, let lastArrival else { return 0 }
        let time = Double(position) / rate
        let late = Self.seconds(from: origin, to: lastArrival) - time - line(at: time)
        return late > lossThreshold ? frames(in: late) : 0
    }

    /// The stream continues from another device. Once that device's latency has settled, a block defines the line anew.
    /// Its lateness beyond the difference of the two latencies was lost in the move.
    mutating func moved() {
        guard isTracking else { return anchor() }
        isMoving = true
        claimsIgnoredUntil = 0
        // Set by the next arrival.
        blockEnd = .infinity
        block = Block()
        suspect = nil
    }

    /// The monotonic time in seconds at which `frame` was in the air, and the true duration of a frame in seconds.
    func air(frame: Double) -> (time: Double, frameDuration: Double) {
        let time = frame / rate
        return (Double(origin) * 1e-9 + time + line(at: time) - latency.value, (1 + drift) / rate)
    }

    /// The number of frames that the device captures in `seconds`, by its own clock.
    func frames(in seconds: Double) -> Int64 { Int64((seconds * rate / (1 + drift)).rounded()) }

    private func line(at time: Double) -> Double { offset + drift * (time - reference) }

    private static func seconds(from start: UInt64, to end: UInt64) -> Double {
        Double(Int64(bitPattern: end &- start)) * 1e-9
    }

    /// The lateness in seconds up to which jitter or drift is assumed: six times the usual distance, within limits.
    private var lossThreshold: Double {
        min(max(6 * spread, Self.lossThresholds.lowerBound), Self.lossThresholds.upperBound)
    }

    private mutating func ignoreClaims(after previous: UInt64?, at now: UInt64, frames: Int) {
        guard let previous, !isMoving else { return }
        let pause = Self.seconds(from: previous, to: now)
        // Large fragments are far apart anyway.
        guard pause > Self.hiatus + 2 * Double(frames) / rate else { return }
        claimsIgnoredUntil = max(claimsIgnoredUntil, now &+ UInt64((2 + 1.5 * min(pause, 600)) * 1e9))
    }

    /// Forgets the line; the next arrivals define a new one.
    private mutating func anchor() {
        isTracking = false
        isMoving = false
        drift = 0
        suspect = nil
        blockEnd = -.infinity
        block = Block()
    }

    /// - Returns: the number of lost frames, or 0.
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

    /// Starts to track the line at the block's minimum.
    private mutating func start(at lateness: Double) {
        (offset, drift, reference) = (lateness, 0, block.time)
        let noise = Self.measurementNoise
        covariance = (noise * noise, 0, Self.initialDrift * Self.initialDrift)
        isTracking = true
        if let claim = block.latency { latency.add(claim) }
    }

    /// Starts a new line with the first block after a move.
    ///
    /// - Returns: the number of frames lost in the move.
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

    /// One step of the filter: predicts the line at the block's minimum, and corrects it by the block's distance from
    /// it.
    private mutating func update(_ excess: Double) {
        let step = max(0, block.time - reference)
        let (oo, od, dd) = covariance
        offset = line(at: block.time)
        reference = block.time
        var predicted = (oo: oo + step * (2 * od + step * dd), od: od + step * dd, dd: dd)
        predicted.oo += Self.offsetWalk * Self.offsetWalk * step
        predicted.dd += Self.driftWalk * Self.driftWalk * step
        // Nothing arrives before it was captured, so an arrival far ahead of the line proves the line wrong.
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

/// The latency of a stream, estimated from the claims of its device: the median of the first four claims, then a value
/// that follows the median of the newest nine by at most 0.3 ms per claim. Outliers of a few seconds hardly affect it.
private struct LatencyEstimate: Sendable {
    private static let firstClaims = 4
    private static let step = 0.0003
    private var claims = InlineArray<9, Double>(repeating: 0)
    private var count = 0
    private(set) var value = 0.0

    /// Sets the estimate until the first claim is added.
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
