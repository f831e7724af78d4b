import Basics
import Foundation

/// A closed range from `low` to `high`; `[low, high]` in JSON.
public struct ValueRange: Codable, Hashable, Sendable {
    public var low: Double
    public var high: Double

    public init(_ low: Double, _ high: Double) {
        self.low = low
        self.high = high
    }

    public init(from decoder: any Decoder) throws {
        var container = try decoder.unkeyedContainer()
        low = try container.decode(Double.self)
        high = try container.decode(Double.self)
        guard container.isAtEnd, low <= high else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "must be [low, high]")
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.unkeyedContainer()
        try container.encode(low)
        try container.encode(high)
    }
}

/// The random numbers of one clip; the same on every machine.
struct RenderRandom: RandomNumberGenerator, Sendable {
    private var generator: SplitMix64

    /// Creates one of a clip's streams. All streams are independent of each other.
    init(seed: UInt64, clip: Int, stream: Int) {
        generator = SplitMix64(seed: seed, step: clip, row: stream)
    }

    mutating func next() -> UInt64 { generator.next() }

    /// Uniform in 0..<1.
    mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    mutating func uniform(_ range: ValueRange) -> Double { range.low + (range.high - range.low) * unit() }

    mutating func uniform(_ low: Double, _ high: Double) -> Double { low + (high - low) * unit() }

    /// Uniform in the logarithm; both ends must be above 0.
    mutating func logUniform(_ range: ValueRange) -> Double {
        exp(uniform(log(range.low), log(range.high)))
    }

    mutating func integer(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(unit() * Double(range.count))
    }

    mutating func chance(_ probability: Double) -> Bool { unit() < probability }

    /// Standard normal deviate, by the Box-Muller transform.
    mutating func normal() -> Double {
        (-2 * log(1 - unit())).squareRoot() * cos(2 * .pi * unit())
    }

    /// Draws an item with a probability proportional to its weight; nil if no weight is above 0.
    mutating func choose<Item>(_ items: [(Item, Double)]) -> Item? {
        let total = items.reduce(0) { $0 + max(0, $1.1) }
        guard total > 0 else { return nil }
        var left = unit() * total
        for (item, weight) in items where weight > 0 {
            left -= weight
            if left < 0 { return item }
        }
        return items.last { $0.1 > 0 }?.0
    }
}
