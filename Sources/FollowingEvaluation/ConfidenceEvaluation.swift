import Evaluation

/// How well a follower's confidence is calibrated, and how long it is confident of a wrong position.
public struct ConfidenceEvaluation: Sendable, Equatable, Codable {
    /// A position with a greater error is wrong, in seconds of the score.
    public static let tolerance = 0.5
    /// A wrong position is false confidence from this confidence on.
    public static let threshold = 0.5

    /// Seconds in which the true position is known, in any state.
    public var evaluatedSeconds = 0.0
    /// Seconds of false confidence: the state is `following`, the confidence 0.5 or more, and the position wrong.
    public var falseSeconds = 0.0
    /// The rows in state `following`, `holding` or `lost` for which the true position is known.
    private var calibration = CalibrationBins([])

    enum CodingKeys: String, CodingKey {
        case evaluatedSeconds = "judged_s"
        case falseSeconds = "false_s"
        case calibration = "bins"
    }

    /// The seconds of false confidence as a share of the evaluated time, 0...1.
    public var falseShare: Double { evaluatedSeconds > 0 ? falseSeconds / evaluatedSeconds : 0 }

    /// Bins of a tenth of the confidence each, the lowest first.
    public var bins: [CalibrationBins.Bin] { calibration.bins }

    /// The expected calibration error of the positions; nil without rows.
    public var calibrationError: Double? { calibration.calibrationError }

    public init() {}

    /// A row represents the time since the previous row, and the first row as much time as the second.
    public init(of trace: FollowingTrace, against reference: FollowingReference) {
        let truth = PositionTruth(reference)
        var claims: [(confidence: Double, isRight: Bool)] = []
        for (index, row) in trace.rows.enumerated() {
            let before = index > 0 ? trace.rows[index - 1].published : 2 * row.published - (Self.second(trace))
            let length = max(0, row.published - before)
            let position = reference.scoreSeconds(atBeat: row.beat)
            guard let error = truth.error(at: row.published, position: position) else { continue }
            let isRight = abs(error) <= Self.tolerance
            evaluatedSeconds += length
            if row.state == .following, row.confidence >= Self.threshold, !isRight { falseSeconds += length }
            guard row.state != .waiting, row.state != .ended else { continue }
            claims.append((row.confidence, isRight))
        }
        calibration = CalibrationBins(claims)
    }

    private static func second(_ trace: FollowingTrace) -> Double {
        trace.rows.count > 1 ? trace.rows[1].published : trace.rows[0].published
    }

    /// Pools several pairs.
    public init(pooling all: [ConfidenceEvaluation]) {
        evaluatedSeconds = all.reduce(0) { $0 + $1.evaluatedSeconds }
        falseSeconds = all.reduce(0) { $0 + $1.falseSeconds }
        calibration = CalibrationBins(pooling: all.map(\.calibration))
    }
}
