/// Holds back devices that have no clock of their own, such as ALSA's `null`: a thread with real-time priority must not read
/// one without end. Devices with a clock are never held back, however fast or slow it runs.
///
/// A device counts as unclocked while it delivers, over a sliding window, much more than real time: more than its buffer and
/// half a second beyond 1.1 times the time that passed. It then gets 0.1 s ahead of the clock and no further. When that has
/// not been needed for 5 s, it does have a clock (the burst was a backlog) and is trusted again.
///
/// A pure value over monotonic nanoseconds.
struct Pacer: Sendable {
    private static let speedLimit = 1.1
    private static let slack = 0.5
    private static let lead = 0.1
    private static let trial = 5.0

    private let rate: Double
    private let allowance: Double
    /// Frames beyond the speed limit, drained as time passes.
    private var excess = 0.0
    private var updated: UInt64
    private var hold: Hold?

    private struct Hold {
        var start: UInt64
        var frames = 0.0
        /// When the device was last held back.
        var needed: UInt64
    }

    /// - Parameters:
    ///   - rate: frames a second.
    ///   - buffer: frames that the device can deliver at once after nobody read it.
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

    /// So many frames were read.
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
