/// Finds sound that vanished without a word, by comparing the frames received with the monotonic clock.
///
/// A sound server that overflows while this process does not read drops sound silently: no hole, no callback, and its own
/// timing doesn't know (measured with PulseAudio 16.1). But frames come at the device's rate, so the *lateness* of an arrival,
/// its time less the time that the frames before it last, stays put up to jitter. Late arrivals that are made up for, such as a
/// backlog delivered in a burst, raise lateness for a while; lost frames raise it for good. So the smallest lateness of each
/// block of 0.25 s is compared with the smallest of the two seconds before: when two blocks in a row lie above it by more
/// than 30 ms, and agree, so that no backlog is being worked off, the difference is lost.
///
/// A device clock that drifts by 0.1% moves lateness by 2 ms in two seconds and is followed. Loss is found 0.5...0.75 s after
/// sound flows again. A pure state machine: 20 numbers, no allocation.
struct LossDetector: Sendable {
    /// Seconds of lateness that can still be drift or a change of latency.
    static let threshold = 0.030
    /// Seconds within which two blocks agree.
    static let agreement = 0.010
    /// Seconds in a block.
    static let blockLength = 0.25

    private let rate: Double
    private var start: UInt64?
    private var frames: Int64 = 0
    // The smallest lateness of each of the last eight blocks that are held to be good.
    private var history = InlineArray<8, Double>(repeating: .infinity)
    private var historyIndex = 0
    private var blockEnd = 0.0
    private var blockMinimum = Double.infinity
    private var suspect = Double.infinity

    /// - Parameter rate: frames per second the device promises.
    init(rate: Double) { self.rate = rate }

    /// Forgets everything: a new stream begins, or loss that is already known.
    mutating func reset() { self = LossDetector(rate: rate) }

    /// Takes an arrival.
    /// - Parameters:
    ///   - count: frames that arrived.
    ///   - now: monotonic nanoseconds of the arrival.
    /// - Returns: frames found to be lost shortly before now; 0 as a rule.
    mutating func arrived(frames count: Int, at now: UInt64) -> Int64 {
        let origin = start ?? now
        start = origin
        let elapsed = Double(Int64(bitPattern: now &- origin)) * 1e-9
        frames += Int64(count)
        let lateness = elapsed - Double(frames) / rate
        guard elapsed < blockEnd else {
            let lost = endBlock()
            blockMinimum = lateness
            blockEnd = elapsed + Self.blockLength
            guard lost > 0 else { return 0 }
            return Int64((lost * rate).rounded())
        }
        blockMinimum = min(blockMinimum, lateness)
        return 0
    }

    /// Seconds that the newest arrivals are later than the stream's usual: what is missing after an overrun whose size
    /// the device doesn't tell.
    func missing(at now: UInt64) -> Double {
        guard let start, normal < .infinity || blockMinimum < .infinity else { return 0 }
        let elapsed = Double(Int64(bitPattern: now &- start)) * 1e-9
        return max(0, elapsed - Double(frames) / rate - min(normal, blockMinimum))
    }

    private var normal: Double {
        var smallest = Double.infinity
        for index in history.indices { smallest = min(smallest, history[index]) }
        return smallest
    }

    /// - Returns: seconds lost, or 0.
    private mutating func endBlock() -> Double {
        guard blockMinimum < .infinity else { return 0 }
        let usual = normal
        guard usual < .infinity, blockMinimum > usual + Self.threshold else {
            suspect = .infinity
            accept(blockMinimum)
            return 0
        }
        guard abs(blockMinimum - suspect) <= Self.agreement else {
            suspect = blockMinimum
            return 0
        }
        let lost = min(blockMinimum, suspect) - usual
        for index in history.indices { history[index] = .infinity }
        suspect = .infinity
        accept(blockMinimum)
        return lost
    }

    private mutating func accept(_ lateness: Double) {
        history[historyIndex] = lateness
        historyIndex = (historyIndex + 1) % history.count
    }
}
