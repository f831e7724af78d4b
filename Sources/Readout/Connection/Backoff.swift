/// How long to wait between attempts: twice as long each time, from 0.1 to 2 seconds.
public struct Backoff: Sendable {
    private var next = 0.1

    public init() {}

    /// The wait before the next attempt, in seconds.
    public mutating func wait() -> Double {
        defer { next = min(next * 2, 2) }
        return next
    }

    public mutating func reset() {
        next = 0.1
    }
}
