/// Durations since the start and over the last minute.
///
/// The minute consists of twelve slots of five seconds, so it covers between 55 and 60 seconds. A pure value: the
/// caller supplies the clock. Not for concurrent use.
public struct LatencyRecord: Sendable {
    private static let slotSeconds = 5.0
    private static let slotCount = 12

    /// Everything recorded so far.
    public private(set) var sinceStart = LatencyHistogram()
    private var slots = [LatencyHistogram](repeating: LatencyHistogram(), count: Self.slotCount)
    private var newest = 0

    public init() {}

    /// Records `seconds` at the time `now`, in seconds on a monotonic clock.
    public mutating func record(_ seconds: Double, now: Double) {
        advance(to: now)
        sinceStart.record(seconds)
        slots[newest % Self.slotCount].record(seconds)
    }

    /// The durations recorded in the minute before `now`.
    public mutating func lastMinute(now: Double) -> LatencyHistogram {
        advance(to: now)
        var sum = LatencyHistogram()
        for slot in slots { sum.merge(slot) }
        return sum
    }

    private mutating func advance(to now: Double) {
        let slot = Int(now / Self.slotSeconds)
        guard slot > newest else { return }
        for passed in 1...min(slot - newest, Self.slotCount) {
            slots[(newest + passed) % Self.slotCount] = LatencyHistogram()
        }
        // After more than a minute every slot has been cleared above, so any index may come next.
        newest = slot
    }
}
