/// Whether an open stream has fallen silent. A pure state machine over monotonic nanoseconds.
struct StallDetector: Sendable {
    private enum State: Equatable {
        case closed
        case flowing(deadline: UInt64)
        case stalled
    }

    private let limit: UInt64
    private var state = State.closed

    /// - Parameter limit: nanoseconds without sound that make a stall.
    init(limit: UInt64) { self.limit = limit }

    /// When `isStalled(at:)` could next become true; nil when it can't by itself.
    var deadline: UInt64? {
        if case .flowing(let deadline) = state { deadline } else { nil }
    }

    /// The stream was opened: sound is expected from now on.
    mutating func opened(at now: UInt64) { state = .flowing(deadline: now &+ limit) }

    /// The stream was closed: nothing is expected.
    mutating func closed() { state = .closed }

    /// Sound has arrived.
    /// - Returns: whether this ends a stall.
    mutating func arrived(at now: UInt64) -> Bool {
        let resumed = state == .stalled
        state = .flowing(deadline: now &+ limit)
        return resumed
    }

    /// The device says itself that it is suspended.
    /// - Returns: whether that is news.
    mutating func suspended() -> Bool {
        guard case .flowing = state else { return false }
        state = .stalled
        return true
    }

    /// Looks at the clock.
    /// - Returns: true once for each stall, when it is found.
    mutating func check(at now: UInt64) -> Bool {
        guard case .flowing(let deadline) = state, now >= deadline else { return false }
        state = .stalled
        return true
    }
}
