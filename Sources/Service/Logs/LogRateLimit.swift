/// Keeps a message that comes again and again from flooding the log.
///
/// Messages that differ in their digits alone count as one. Each may be written `burst` times in `interval` seconds;
/// the next one written after that says how many were left out. A pure value: the caller brings the clock.
public struct LogRateLimit: Sendable {
    private struct Entry {
        var began: Double
        var written = 0
        var suppressed = 0
    }

    /// Different messages remembered at once; beyond that all are forgotten, which only lets more through.
    private static let capacity = 256

    private let burst: Int
    private let interval: Double
    private var entries: [String: Entry] = [:]

    public init(burst: Int = 5, interval: Double = 10) {
        self.burst = burst
        self.interval = interval
    }

    /// Whether `message` is to be written at `now` (seconds on a clock that never goes back).
    ///
    /// - Returns: nil to leave it out, else the number of its like that were left out before it.
    public mutating func admit(_ message: String, now: Double) -> Int? {
        let key = String(message.lazy.filter { !$0.isNumber }.prefix(120))
        var entry = entries[key] ?? Entry(began: now)
        var suppressed = 0
        if now - entry.began >= interval {
            suppressed = entry.suppressed
            entry = Entry(began: now)
        }
        let isWritten = entry.written < burst
        if isWritten { entry.written += 1 } else { entry.suppressed += 1 }
        if entries.count >= Self.capacity { entries.removeAll() }
        entries[key] = entry
        return isWritten ? suppressed : nil
    }
}
