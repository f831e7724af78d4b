/// A small random number generator that can be seeded separately for each step and row. A resumed run therefore draws
/// the same numbers as an uninterrupted one, whatever the number of threads.
///
/// Source: Steele, Lea, Flood 2014, as in Java's SplittableRandom.
public struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// The sequence for `seed`.
    public init(seed: UInt64) { state = seed }

    /// A separate sequence for each combination of seed, step and row.
    public init(seed: UInt64, step: Int, row: Int = 0) {
        state = seed
        for part in [UInt64(bitPattern: Int64(step)), UInt64(bitPattern: Int64(row))] {
            state = next() ^ (part &* 0x9e37_79b9_7f4a_7c15)
        }
    }

    public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    /// Uniform in 0..<1.
    public mutating func uniform() -> Float { Float(next() >> 40) * 0x1p-24 }

    /// Uniform in `range`.
    public mutating func uniform(_ range: ClosedRange<Double>) -> Double {
        range.lowerBound + (range.upperBound - range.lowerBound) * Double(next() >> 11) * 0x1p-53
    }

    /// An approximately standard normal number: the sum of 12 uniform ones. The tails end at ±6.
    public mutating func gaussian() -> Float {
        var sum: Float = 0
        for _ in 0..<12 { sum += uniform() }
        return sum - 6
    }
}
