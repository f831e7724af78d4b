/// Decides whether the daemon may tell the service manager that it is well.
///
/// The daemon is well when its analysis thread goes round, and sound comes through it or none is to be expected.
/// A pure value: whoever owns the timer calls ``check(_:)``.
public struct Watchdog: Sendable {
    /// What the analysis thread has done so far.
    public struct Progress: Sendable, Equatable {
        /// Times the thread went round its loop.
        public var rounds: UInt64
        /// Hops analysed.
        public var hops: UInt64
        /// No sound is expected now: the source is absent, silent, broken and being retried, or at its end.
        public var isIdle: Bool

        public init(rounds: UInt64, hops: UInt64, isIdle: Bool) {
            self.rounds = rounds
            self.hops = hops
            self.isIdle = isIdle
        }
    }

    private var last: Progress?

    public init() {}

    /// True when the daemon has got on since the last call, so the manager may be told so.
    public mutating func check(_ progress: Progress) -> Bool {
        defer { last = progress }
        guard let last else { return true }
        guard progress.rounds != last.rounds else { return false }
        return progress.isIdle || progress.hops != last.hops
    }

    /// Seconds between two checks, half of what the manager allows; nil when it keeps no watch over process `process`.
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
