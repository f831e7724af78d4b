/// Decides whether the daemon may report to the service manager that it is alive.
///
/// The daemon is alive if its analysis thread keeps running and either analyses hops or expects none. A pure value: the
/// owner of the timer calls ``check(_:)``.
public struct Watchdog: Sendable {
    /// The progress of the analysis thread.
    public struct Progress: Sendable, Equatable {
        /// Rounds of the thread's loop.
        public var rounds: UInt64
        /// Hops analysed.
        public var hops: UInt64
        /// Whether no audio is expected: the source is waiting, stalled, failed or at its end.
        public var isIdle: Bool

        public init(rounds: UInt64, hops: UInt64, isIdle: Bool) {
            self.rounds = rounds
            self.hops = hops
            self.isIdle = isIdle
        }
    }

    private var last: Progress?

    public init() {}

    /// Whether the daemon has made progress since the last call, so that the watchdog may be notified.
    public mutating func check(_ progress: Progress) -> Bool {
        defer { last = progress }
        guard let last else { return true }
        guard progress.rounds != last.rounds else { return false }
        return progress.isIdle || progress.hops != last.hops
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
