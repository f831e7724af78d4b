import Foundation

/// Turns the evidence for a note into the probability that it is right: a logistic regression.
///
/// The logarithm of the odds is `offset`, plus `slope` times the logarithm of the odds of the evidence's height, plus `velocity` for each
/// ``velocityUnit`` above ``middleVelocity``, plus `repeated` or `late` for notes that began so. It belongs to a model and its thresholds;
/// `notelab evaluate --fit-thresholds` fits it (Platt 1999, with more than one number).
public struct ConfidenceCurve: Equatable, Sendable {
    public var offset: Double
    public var slope: Double
    public var velocity: Double
    public var repeated: Double
    public var late: Double

    public init(offset: Double, slope: Double, velocity: Double = 0, repeated: Double = 0, late: Double = 0) {
        self.offset = offset
        self.slope = slope
        self.velocity = velocity
        self.repeated = repeated
        self.late = late
    }

    /// Heights closer to 0 or 1 than this count as this far away.
    static let margin = 1e-4
    static let middleVelocity = 64
    static let velocityUnit = 16.0

    /// The logarithm of the odds of a height from 0 to 1.
    public static func logit(_ height: Double) -> Double {
        let inside = min(max(height.isNaN ? 0 : height, margin), 1 - margin)
        return log(inside / (1 - inside))
    }

    /// What `offset`, `slope`, `velocity`, `repeated` and `late` are multiplied with.
    public static func terms(of evidence: NoteEvidence) -> [Double] {
        [
            1, logit(evidence.height), Double(evidence.velocity - middleVelocity) / velocityUnit,
            evidence.beginning == .repeated ? 1 : 0, evidence.beginning == .late ? 1 : 0,
        ]
    }

    /// The weights of ``terms(of:)``.
    public var weights: [Double] { [offset, slope, velocity, repeated, late] }

    /// A curve with the weights of ``terms(of:)``; missing ones are 0.
    public init(weights: [Double]) {
        func weight(_ index: Int) -> Double { weights.indices.contains(index) ? weights[index] : 0 }
        self.init(offset: weight(0), slope: weight(1), velocity: weight(2), repeated: weight(3), late: weight(4))
    }

    /// 0...1. Allocates nothing.
    public func probability(of evidence: NoteEvidence) -> Double {
        var odds = offset + slope * Self.logit(evidence.height)
        odds += velocity * Double(evidence.velocity - Self.middleVelocity) / Self.velocityUnit
        switch evidence.beginning {
        case .fresh: break
        case .repeated: odds += repeated
        case .late: odds += late
        }
        let result = 1 / (1 + exp(-odds))
        return result.isFinite ? result : 0
    }
}

extension ConfidenceCurve: Codable {
    enum CodingKeys: String, CodingKey { case offset, slope, velocity, repeated, late }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        func optional(_ key: CodingKeys) throws -> Double { try values.decodeIfPresent(Double.self, forKey: key) ?? 0 }
        self.init(
            offset: try values.decode(Double.self, forKey: .offset),
            slope: try values.decode(Double.self, forKey: .slope),
            velocity: try optional(.velocity), repeated: try optional(.repeated), late: try optional(.late))
    }
}

/// What is known of a note at the moment it is published, of which its confidence is made.
public struct NoteEvidence: Equatable, Sendable {
    /// How a note began.
    public enum Beginning: Sendable {
        /// Out of silence, by an onset, or without an onset head by its sounding posterior.
        case fresh
        /// While its pitch sounded already.
        case repeated
        /// By its sounding posterior although there is an onset head, which didn't speak for it.
        case late
    }

    /// The height of the onset's posterior, without an onset head of the sounding one, 0...1.
    public var height: Double
    /// MIDI velocity, 1...127: what is soft beside what else sounds is more often wrong.
    public var velocity: Int
    public var beginning: Beginning

    public init(height: Double, velocity: Int = 64, beginning: Beginning = .fresh) {
        self.height = height
        self.velocity = velocity
        self.beginning = beginning
    }
}
