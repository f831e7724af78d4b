import Foundation

/// What speaks for and against the position that is believed.
public struct ConfidenceInputs: Sendable, Equatable {
    /// Probability of the places within a second of the score of it, beside all places considered, 0...1.
    public var mass: Float = 0
    /// How well what is heard fits to what the score has there, a hop: about 1.4 where it fits, about 0 for other music. Smoothed.
    public var evidence: Float = 0
    /// How much better what is heard fits there than to the average of the score, in standard deviations. Smoothed.
    public var fit: Float = 0
    /// By how much another place of the score fits better to the last seconds; negative if none does.
    public var rivalry: Float = 0
    /// How long there has been no jump, 0...1: 1 after eight seconds.
    public var settled: Float = 0

    public init() {}

    /// The title line of a table of inputs.
    public static let title = "published_s,mass,evidence,fit,rivalry,settled"

    /// A line of that table, without its end.
    ///
    /// - Parameter sample: see ``FollowingReport/sample``.
    public func line(after sample: Int64) -> String {
        "\(Double(sample) / 44_100),\(mass),\(evidence),\(fit),\(rivalry),\(settled)"
    }
}

/// Turns signs into the probability that the position is right within half a second.
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
