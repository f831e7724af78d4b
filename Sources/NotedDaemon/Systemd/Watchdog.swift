/// Decides whether the daemon may report to the service manager that it is alive.
///
/// The daemon is alive while its analysis thread runs its loop, which takes at most ``longestRound`` per round, whether
/// or not there is audio. Nothing that can be configured, and no source, makes a round longer. A thread that is stuck,
/// for example in the network, completes no round. A pure value: the owner of the timer calls ``check(rounds:now:)``.
public struct Watchdog: Sendable {
    /// Seconds that one round of the loop may take. A thread that takes longer counts as stuck.
    public static let longestRound = 1.0

    private var rounds: UInt64?
    private var advanced = 0.0

    public init() {}

    /// Whether the watchdog may be notified.
    ///
    /// - Parameters:
    ///   - rounds: rounds of the analysis thread's loop so far.
    ///   - now: seconds on a monotonic clock.
    public mutating func check(rounds: UInt64, now: Double) -> Bool {
        if rounds != self.rounds {
            self.rounds = rounds
            advanced = now
        }
        return now - advanced < Self.longestRound
    }

    /// Seconds between two checks, half of the manager's timeout; nil if it doesn't watch the process with id
    /// `process`.
    ///
    /// Reads `WATCHDOG_USEC` and `WATCHDOG_PID` as sd_watchdog_enabled(3) does.
    public static func interval(_ environment: [String: String], process: Int32) -> Double? {
        guard let text = environment["WATCHDOG_USEC"], let microseconds = UInt64(text), microseconds > 0 else {
            return nil
        }
        if let owner = environment["WATCHDOG_PID"], Int32(owner) != process { return nil }
        return Double(microseconds) / 2e6
    }
}
