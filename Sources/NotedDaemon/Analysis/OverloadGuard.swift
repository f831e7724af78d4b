/// Decides which hops to skip when the machine is too slow: once the analysis is too far behind, everything up to the
/// newest audio.
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
        /// Skip this hop, the first of a run. Sounding notes end here.
        case beginSkipping
        case skip
        /// Process this hop, the first after `skipped` skipped ones.
        case resume(skipped: Int)
    }

    private var isSkipping = false
    private var run = 0
    private var unreported = 0
    private var lastReport: Double?
    /// Total hops skipped.
    public private(set) var total = 0

    public init() {}

    /// - Parameter lag: seconds since the hop arrived in this process.
    public mutating func admit(lag: Double) -> Verdict {
        if isSkipping {
            if lag <= Self.recovered {
                isSkipping = false
                defer { run = 0 }
                return .resume(skipped: run)
            }
            count()
            return .skip
        }
        guard lag > Self.limit else { return .process }
        isSkipping = true
        count()
        return .beginSkipping
    }

    /// Counts `hops` hops that were dropped before they reached the analysis.
    public mutating func add(_ hops: Int) {
        unreported += hops
        total += hops
    }

    /// Ends skipping because the source has changed.
    public mutating func reset() {
        isSkipping = false
        run = 0
    }

    /// The number of hops skipped since the last report; nil if there are none, or if the last report was less than a
    /// second ago.
    public mutating func report(now: Double) -> Int? {
        guard unreported > 0, lastReport.map({ now - $0 >= Self.reportInterval }) ?? true else { return nil }
        lastReport = now
        defer { unreported = 0 }
        return unreported
    }

    private mutating func count() {
        run += 1
        total += 1
        unreported += 1
    }
}
