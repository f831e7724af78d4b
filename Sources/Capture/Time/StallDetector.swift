/// Detects that an open stream has stopped delivering. A pure state machine over monotonic nanoseconds.
///
/// The limit adapts to streams that deliver rare, large fragments: it is at least twice the longest recent interval
/// between arrivals. A device with fragments of a second therefore doesn't flap between running and stalled.
struct StallDetector: Sendable {
    private enum State: Equatable {
        case closed
        case flowing(deadline: UInt64)
        case stalled
    }

    /// Intervals longer than this many nanoseconds are stalls, and the limit doesn't adapt to them.
    private static let longestInterval: UInt64 = 3_000_000_000
    /// Nanoseconds after which a remembered interval is halved.
    private static let halfLife: UInt64 = 60_000_000_000

    private let limit: UInt64
    private var state = State.closed
    private var lastArrival: UInt64?
    /// The longest recent interval between arrivals, in nanoseconds.
    private var interval: UInt64 = 0
    private var halvesAt: UInt64 = 0

    /// - Parameter limit: nanoseconds without an arrival that count as a stall.
    init(limit: UInt64) { self.limit = limit }

    /// The time at which ``check(at:)`` could next return true; nil if it can't.
    var deadline: UInt64? {
        if case .flowing(let deadline) = state { deadline } else { nil }
    }

    /// The stream was opened: audio is expected from now on.
    mutating func opened(at now: UInt64) {
        self = StallDetector(limit: limit)
        state = .flowing(deadline: now &+ limit)
    }

    /// The stream was closed: no audio is expected.
    mutating func closed() { state = .closed }

    /// Audio has arrived.
    ///
    /// - Returns: whether this ends a stall.
    mutating func arrived(at now: UInt64) -> Bool {
        updateInterval(to: now)
        let resumed = state == .stalled
        state = .flowing(deadline: now &+ max(limit, 2 * interval))
        return resumed
    }

    /// The device reports that it is suspended.
    ///
    /// - Returns: whether this starts a stall.
    mutating func suspended() -> Bool {
        guard case .flowing = state else { return false }
        state = .stalled
        return true
    }

    /// Compares the clock with the deadline.
    ///
    /// - Returns: true once per stall, when it is detected.
    mutating func check(at now: UInt64) -> Bool {
        guard case .flowing(let deadline) = state, now >= deadline else { return false }
        state = .stalled
        return true
    }

    private mutating func updateInterval(to now: UInt64) {
        defer { lastArrival = now }
        guard let lastArrival, now > lastArrival else { return }
        if now >= halvesAt {
            interval /= 2
            halvesAt = now &+ Self.halfLife
        }
        let latest = now - lastArrival
        if latest > interval, latest <= Self.longestInterval {
            interval = latest
            halvesAt = now &+ Self.halfLife
        }
    }
}
