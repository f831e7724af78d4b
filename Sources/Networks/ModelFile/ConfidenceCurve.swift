import Foundation

/// Turns the evidence for a note into the probability that it is right: a logistic function of the evidence's logarithm of odds.
///
/// It belongs to a model and its thresholds; `notelab evaluate --fit-thresholds` fits it (Platt 1999).
public struct ConfidenceCurve: Equatable, Codable, Sendable {
    public var offset: Double
    public var slope: Double

    public init(offset: Double, slope: Double) {
        self.offset = offset
        self.slope = slope
    }

    /// Evidence closer to 0 or 1 than this counts as this far away.
    static let margin = 1e-4

    /// The logarithm of the odds of evidence from 0 to 1.
    public static func logit(_ evidence: Double) -> Double {
        let inside = min(max(evidence.isNaN ? 0 : evidence, margin), 1 - margin)
        return log(inside / (1 - inside))
    }

    /// 0...1.
    public func probability(of evidence: Double) -> Double {
        let result = 1 / (1 + exp(-(offset + slope * Self.logit(evidence))))
        return result.isFinite ? result : 0
    }
}
