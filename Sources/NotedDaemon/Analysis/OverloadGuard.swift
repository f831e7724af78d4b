/// Decides which hops to skip when the machine is too slow: once the analysis is too far behind, everything up to the
/// newest audio. Also limits how often skipped hops are reported; ``Timeline`` counts them.
///
/// A pure value. ``admit(lag:)`` is called before each hop.
public struct OverloadGuard: Sendable {
    /// Seconds behind at which skipping begins.
    public static let limit = 0.4
    /// Seconds behind at which it ends.
    public static let recovered = 0.03
    /// Seconds between two reports.
    static let reportInterval = 1.0

    /// What to do with a hop.
    public enum Verdict: Sendable, Equatable {
        case process
        case skip
        /// Process this hop, the first after skipped ones.
        case resume
    }

    private var isSkipping = false
    private var reported: Int64 = 0
    private var lastReport: Double?

    public init() {}

    /// - Parameter lag: seconds since the hop arrived in this process.
    public mutating func admit(lag: Double) -> Verdict {
        guard isSkipping else {
            isSkipping = lag > Self.limit
            return isSkipping ? .skip : .process
        }
        guard lag <= Self.recovered else { return .skip }
        isSkipping = false
        return .resume
    }

    /// Ends skipping because the source has changed.
    public mutating func reset() { isSkipping = false }

    /// The number of hops skipped since the last report; nil if there are none, or if the last report was less than a
    /// second ago.
    ///
    /// - Parameters:
    ///   - total: all hops skipped so far.
    ///   - now: seconds on a monotonic clock.
    public mutating func report(total: Int64, now: Double) -> Int? {
        guard total > reported, lastReport.map({ now - $0 >= Self.reportInterval }) ?? true else { return nil }
        lastReport = now
        defer { reported = total }
        return Int(total - reported)
    }
}
