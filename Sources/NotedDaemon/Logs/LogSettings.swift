import Basics
import Logging
import Synchronization

/// The log level of the whole daemon, which a reload may change, and the rate limit of repeated messages.
public final class LogSettings: Sendable {
    private struct State {
        var level: Logger.Level
        var limit = LogRateLimit()
    }

    private let state: Mutex<State>

    public init(level: Logger.Level = .info) {
        state = Mutex(State(level: level))
    }

    /// The lowest level that is written.
    public var level: Logger.Level {
        get { state.withLock { $0.level } }
        set { state.withLock { $0.level = newValue } }
    }

    /// As ``LogRateLimit/admit(_:now:)``.
    func admit(_ message: String) -> Int? {
        let now = Clock.seconds
        return state.withLock { $0.limit.admit(message, now: now) }
    }
}

/// Keeps repeated messages from flooding the log.
///
/// Messages that differ only in their digits count as equal. Each may be written `burst` times in `interval` seconds;
/// the next one written states how many were suppressed. A pure value: the caller supplies the clock.
public struct LogRateLimit: Sendable {
    private struct Entry {
        var began: Double
        var written = 0
        var suppressed = 0
    }

    /// Maximum number of different messages that are remembered. When it is exceeded all are forgotten, which only lets
    /// more messages through.
    private static let capacity = 256

    private let burst: Int
    private let interval: Double
    private var entries: [String: Entry] = [:]

    public init(burst: Int = 5, interval: Double = 10) {
        self.burst = burst
        self.interval = interval
    }

    /// Decides whether to write `message` at `now`, in seconds on a monotonic clock.
    ///
    /// - Returns: nil to suppress it, otherwise the number of equal messages suppressed before it.
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
