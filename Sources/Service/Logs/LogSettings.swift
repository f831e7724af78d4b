import Logging
import Synchronization

/// The log level of the whole daemon, which a reload may change while it runs, and the memory of repeated messages.
public final class LogSettings: Sendable {
    private struct State {
        var level: Logger.Level
        var limit = LogRateLimit()
    }

    private let state: Mutex<State>

    public init(level: Logger.Level = .info) {
        state = Mutex(State(level: level))
    }

    /// The least severe level that is written.
    public var level: Logger.Level {
        get { state.withLock { $0.level } }
        set { state.withLock { $0.level = newValue } }
    }

    /// As ``LogRateLimit/admit(_:now:)``.
    func admit(_ message: String) -> Int? {
        let now = Clocks.seconds
        return state.withLock { $0.limit.admit(message, now: now) }
    }
}
