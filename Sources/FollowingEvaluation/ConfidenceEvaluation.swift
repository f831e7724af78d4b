import Evaluation

/// Whether a follower's confidence means what it says.
public struct ConfidenceEvaluation: Sendable, Equatable, Codable {
    /// Seconds of the score by which a position is wrong.
    public static let tolerance = 0.5
    /// From this confidence on a wrong position is a false one.
    public static let threshold = 0.5

    /// Seconds in which the truth is known, whatever the follower said.
    public var evaluatedSeconds = 0.0
    /// Seconds in which the state was `following`, the confidence 0.5 or more, and the position wrong.
    public var falseSeconds = 0.0
    /// The rows that say `following`, `holding` or `lost` where the truth is known.
    private var calibration = CalibrationBins([])

    enum CodingKeys: String, CodingKey {
        case evaluatedSeconds = "judged_s"
        case falseSeconds = "false_s"
        case calibration = "bins"
    }

    /// The share of the judged time that is false, 0...1.
    public var falseShare: Double { evaluatedSeconds > 0 ? falseSeconds / evaluatedSeconds : 0 }

    /// Tenths of the confidence, the lowest first.
    public var bins: [CalibrationBins.Bin] { calibration.bins }

    /// The expected calibration error of the positions; nil without rows.
    public var calibrationError: Double? { calibration.calibrationError }

    public init() {}

    /// A row stands for the time since the one before; the first for as much as the second.
    public init(of trace: FollowingTrace, against reference: FollowingReference) {
        let truth = PositionTruth(reference)
        var statements: [(confidence: Double, isRight: Bool)] = []
        for (index, row) in trace.rows.enumerated() {
            let before = index > 0 ? trace.rows[index - 1].published : 2 * row.published - (Self.second(trace))
            let length = max(0, row.published - before)
            let position = reference.scoreSeconds(atBeat: row.beat)
            guard let error = truth.error(at: row.published, position: position) else { continue }
            let isRight = abs(error) <= Self.tolerance
            evaluatedSeconds += length
            if row.state == .following, row.confidence >= Self.threshold, !isRight { falseSeconds += length }
            guard row.state != .waiting, row.state != .ended else { continue }
            statements.append((row.confidence, isRight))
        }
        calibration = CalibrationBins(statements)
    }

    private static func second(_ trace: FollowingTrace) -> Double {
        trace.rows.count > 1 ? trace.rows[1].published : trace.rows[0].published
    }

    /// Several pairs as one.
    public init(pooling all: [ConfidenceEvaluation]) {
        evaluatedSeconds = all.reduce(0) { $0 + $1.evaluatedSeconds }
        falseSeconds = all.reduce(0) { $0 + $1.falseSeconds }
        calibration = CalibrationBins(pooling: all.map(\.calibration))
    }
}
