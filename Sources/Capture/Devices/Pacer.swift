/// Throttles devices that have no clock of their own, such as ALSA's `null`, because a thread with real-time priority
/// must not read them in an endless loop. Devices with a clock are never throttled, however fast or slow they run.
///
/// A device counts as unclocked while it delivers much more than real time over a sliding window: more than its buffer
/// and half a second beyond 1.1 times the elapsed time. It may then run at most 0.1 s ahead of the clock. If throttling
/// hasn't been necessary for 5 s, the burst was a backlog, and the device counts as clocked again.
///
/// A pure value over monotonic nanoseconds.
struct Pacer: Sendable {
    private static let speedLimit = 1.1
    private static let slack = 0.5
    private static let lead = 0.1
    private static let trial = 5.0

    private let rate: Double
    private let allowance: Double
    /// Frames delivered beyond the speed limit; decreases as time passes.
    private var excess = 0.0
    private var updated: UInt64
    private var hold: Hold?

    private struct Hold {
        var start: UInt64
        var frames = 0.0
        /// When the device was last throttled.
        var needed: UInt64
    }

    /// - Parameters:
    ///   - rate: frames per second.
    ///   - buffer: the number of frames that the device can deliver at once after a pause.
    ///   - isUnclocked: whether the device is known to have no clock.
    init(rate: Int, buffer: Int, isUnclocked: Bool, at now: UInt64) {
        self.rate = Double(rate)
        allowance = Double(buffer) + Self.slack * Double(rate)
        updated = now
        hold = isUnclocked ? Hold(start: now, needed: now) : nil
    }

    /// Whether the device may be read now.
    mutating func mayRead(at now: UInt64) -> Bool {
        guard let held = hold else { return true }
        let due = Self.seconds(from: held.start, to: now) * rate
        if held.frames > due + Self.lead * rate {
            hold?.needed = now
            return false
        }
        if Self.seconds(from: held.needed, to: now) > Self.trial {
            hold = nil
            (excess, updated) = (0, now)
        }
        return true
    }

    /// Records that `frames` frames were read.
    mutating func delivered(_ frames: Int, at now: UInt64) {
        let drained = Self.seconds(from: updated, to: now) * Self.speedLimit * rate
        excess = max(0, excess - drained) + Double(frames)
        updated = now
        hold?.frames += Double(frames)
        if hold == nil, excess > allowance { hold = Hold(start: now, needed: now) }
    }

    private static func seconds(from start: UInt64, to end: UInt64) -> Double {
        Double(Int64(bitPattern: end &- start)) * 1e-9
    }
}
