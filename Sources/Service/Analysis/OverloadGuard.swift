/// Decides which hops are skipped when the machine is too slow: once the analysis is too far behind, everything up to
/// the newest sound.
///
/// A pure value; ``admit(lag:now:)`` is asked before each hop.
public struct OverloadGuard: Sendable {
    /// Seconds behind at which skipping begins.
    public static let limit = 0.4
    /// Seconds behind at which it ends.
    public static let recovered = 0.03
    /// Seconds between two reports.
    static let reportInterval = 1.0

    /// What is to be done with a hop.
    public enum Verdict: Sendable, Equatable {
        case process
        /// The first of a run of hops to leave out: the notes sounding end here.
        case beginSkipping
        case skip
        /// Process this one, the first after `skipped` were left out.
        case resume(skipped: Int)
    }

    private var isSkipping = false
    private var run = 0
    private var unreported = 0
    private var lastReport: Double?
    /// Hops left out so far.
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

    /// Takes note of `hops` that were left out before they got here.
    public mutating func add(_ hops: Int) {
        unreported += hops
        total += hops
    }

    /// The source has changed: whatever was being skipped is gone.
    public mutating func reset() {
        isSkipping = false
        run = 0
    }

    /// The number of hops left out since the last report, when it is time for one: at most once a second.
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
