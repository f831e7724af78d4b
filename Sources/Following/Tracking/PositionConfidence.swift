import Foundation

/// The inputs of the confidence: evidence for and against the estimated position.
public struct ConfidenceInputs: Sendable, Equatable {
    /// The probability of the places within a second of the score around it, among all places considered, 0...1.
    public var mass: Float = 0
    /// How well the audio matches the score there, per hop: about 1.4 for a match, about 0 for other music. Smoothed.
    public var evidence: Float = 0
    /// How much better the audio matches there than the average of the score, in standard deviations. Smoothed.
    public var fit: Float = 0
    /// How much better another place of the score matches the last seconds; negative if none does.
    public var rivalry: Float = 0
    /// The time since the last jump, 0...1: 1 after eight seconds.
    public var settled: Float = 0

    public init() {}

    /// The header line of a table of inputs.
    public static let title = "published_s,mass,evidence,fit,rivalry,settled"

    /// A row of that table, without a line break.
    ///
    /// - Parameter sample: see ``FollowingReport/sample``.
    public func line(after sample: Int64) -> String {
        "\(Double(sample) / 44_100),\(mass),\(evidence),\(fit),\(rivalry),\(settled)"
    }
}

/// Maps the inputs to the probability that the position is right within half a second: a logistic regression.
///
/// Scripts/fit-following-confidence.py fits the weights and limits the inputs in the same way. docs/following.md
/// describes the recordings.
struct PositionConfidence: Sendable {
    var bias: Float = -10.47
    var mass: Float = 3.28
    var evidence: Float = 4.19
    var fit: Float = 1.28
    var rivalry: Float = -2.01
    var settled: Float = 1.68

    func confidence(_ inputs: ConfidenceInputs) -> Double {
        let sum =
            bias + mass * inputs.mass + evidence * max(-1, min(2, inputs.evidence)) + fit * max(-1, min(4, inputs.fit))
            + rivalry * max(-2, min(4, inputs.rivalry)) + settled * inputs.settled
        return 1 / (1 + exp(-Double(sum)))
    }
}
