import Foundation

/// Maps the evidence for a note to the probability that the note is correct, by logistic regression.
///
/// The log odds are `offset`, plus `slope` times the log odds of the evidence's height, plus `velocity` for each
/// ``velocityUnit`` above ``middleVelocity``, plus `repeated` or `late` for notes of that kind. A curve belongs to a
/// model and its thresholds; `notelab evaluate --fit-thresholds` fits it (Platt 1999, extended to several features).
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

    /// Heights are clamped to this distance from 0 and 1.
    static let margin = 1e-4
    static let middleVelocity = 64
    static let velocityUnit = 16.0

    /// The log odds of a height in 0...1.
    public static func logit(_ height: Double) -> Double {
        let inside = min(max(height.isNaN ? 0 : height, margin), 1 - margin)
        return log(inside / (1 - inside))
    }

    /// The features that `offset`, `slope`, `velocity`, `repeated` and `late` are multiplied by.
    public static func terms(of evidence: NoteEvidence) -> [Double] {
        [
            1, logit(evidence.height), Double(evidence.velocity - middleVelocity) / velocityUnit,
            evidence.beginning == .repeated ? 1 : 0, evidence.beginning == .late ? 1 : 0,
        ]
    }

    /// The weights of ``terms(of:)``.
    public var weights: [Double] { [offset, slope, velocity, repeated, late] }

    /// A curve with the given weights of ``terms(of:)``; missing ones are 0.
    public init(weights: [Double]) {
        func weight(_ index: Int) -> Double { weights.indices.contains(index) ? weights[index] : 0 }
        self.init(offset: weight(0), slope: weight(1), velocity: weight(2), repeated: weight(3), late: weight(4))
    }

    /// The probability, 0...1. Allocates nothing.
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

/// What is known about a note when it is published: the input of its confidence.
public struct NoteEvidence: Equatable, Sendable {
    /// How a note was detected.
    public enum Beginning: Sendable {
        /// From silence, by its onset posterior; without an onset head, by its sounding posterior.
        case fresh
        /// While its pitch was already sounding.
        case repeated
        /// By its sounding posterior, although there is an onset head: the head missed the onset.
        case late
    }

    /// The height of the onset posterior, or of the sounding posterior without an onset head, 0...1.
    public var height: Double
    /// MIDI velocity, 1...127. Notes that are soft relative to the rest are more often wrong.
    public var velocity: Int
    public var beginning: Beginning

    public init(height: Double, velocity: Int = 64, beginning: Beginning = .fresh) {
        self.height = height
        self.velocity = velocity
        self.beginning = beginning
    }
}
