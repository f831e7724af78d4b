import Following

/// Whether a follower's confidence means what it says.
public struct ConfidenceJudgement: Sendable, Equatable, Codable {
    /// The rows whose confidence lies in one tenth of 0...1.
    public struct Bin: Sendable, Equatable, Codable {
        public var count = 0
        /// Mean confidence; 0 without rows.
        public var confidence = 0.0
        /// The share of positions that were right; 0 without rows.
        public var right = 0.0
    }

    /// Seconds of the score by which a position is wrong.
    public static let tolerance = 0.5
    /// From this confidence on a wrong position is a false one.
    public static let threshold = 0.5
    static let binCount = 10

    /// Seconds in which the truth is known, whatever the follower said.
    public var judgedSeconds = 0.0
    /// Seconds in which the state was `following`, the confidence 0.5 or more, and the position wrong.
    public var falseSeconds = 0.0
    /// Ten bins of the rows that say `following`, `holding` or `lost` where the truth is known.
    public var bins = [Bin](repeating: Bin(), count: binCount)

    enum CodingKeys: String, CodingKey {
        case judgedSeconds = "judged_s"
        case falseSeconds = "false_s"
        case bins
    }

    /// The share of the judged time that is false, 0...1.
    public var falseShare: Double { judgedSeconds > 0 ? falseSeconds / judgedSeconds : 0 }

    /// The expected calibration error: how far the bins' confidence is from the share of right positions, weighted by their rows; nil
    /// without rows.
    public var calibrationError: Double? {
        let total = bins.reduce(0) { $0 + $1.count }
        guard total > 0 else { return nil }
        return bins.reduce(0) { $0 + Double($1.count) * abs($1.confidence - $1.right) } / Double(total)
    }

    public init() {}

    /// A row stands for the time since the one before; the first for as much as the second.
    public init(of trace: FollowingTrace, against reference: FollowingReference) {
        let truth = PositionTruth(reference)
        var sums = bins.map { _ in (confidence: 0.0, right: 0) }
        for (index, row) in trace.rows.enumerated() {
            let before = index > 0 ? trace.rows[index - 1].published : 2 * row.published - (Self.second(trace))
            let length = max(0, row.published - before)
            let position = reference.scoreSeconds(atBeat: row.beat)
            guard let error = truth.error(at: row.published, position: position) else { continue }
            let isRight = abs(error) <= Self.tolerance
            judgedSeconds += length
            if row.state == .following, row.confidence >= Self.threshold, !isRight { falseSeconds += length }
            guard row.state != .waiting, row.state != .ended else { continue }
            let bin = min(max(Int(row.confidence * Double(Self.binCount)), 0), Self.binCount - 1)
            bins[bin].count += 1
            sums[bin].confidence += row.confidence
            sums[bin].right += isRight ? 1 : 0
        }
        finish(sums)
    }

    private static func second(_ trace: FollowingTrace) -> Double {
        trace.rows.count > 1 ? trace.rows[1].published : trace.rows[0].published
    }

    private mutating func finish(_ sums: [(confidence: Double, right: Int)]) {
        for (index, sum) in sums.enumerated() where bins[index].count > 0 {
            bins[index].confidence = sum.confidence / Double(bins[index].count)
            bins[index].right = Double(sum.right) / Double(bins[index].count)
        }
    }

    /// Several pairs as one.
    public init(pooling all: [ConfidenceJudgement]) {
        judgedSeconds = all.reduce(0) { $0 + $1.judgedSeconds }
        falseSeconds = all.reduce(0) { $0 + $1.falseSeconds }
        for index in bins.indices {
            let parts = all.map { $0.bins[index] }
            let count = parts.reduce(0) { $0 + $1.count }
            guard count > 0 else { continue }
            bins[index].count = count
            bins[index].confidence = parts.reduce(0) { $0 + Double($1.count) * $1.confidence } / Double(count)
            bins[index].right = parts.reduce(0) { $0 + Double($1.count) * $1.right } / Double(count)
        }
    }
}
