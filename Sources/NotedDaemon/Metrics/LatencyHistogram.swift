import Foundation

/// Counts of durations in fixed buckets, for quantiles in constant memory.
///
/// Buckets grow geometrically, eight to the octave, from 10 microseconds to about 84 seconds, so a quantile is at most
/// 9% too high and never too low. Recording is O(1) and allocates nothing.
public struct LatencyHistogram: Sendable, Equatable {
    private static let bucketsPerOctave = 8.0
    private static let smallest = 1e-5
    private static let bucketCount = 1 + 23 * 8

    private var counts = [UInt32](repeating: 0, count: Self.bucketCount)
    /// Durations recorded.
    public private(set) var count = 0
    /// The longest duration recorded, in seconds, exactly; 0 before the first.
    public private(set) var maximum = 0.0
    /// The sum of the durations recorded, in seconds. Infinite durations don't count.
    public private(set) var sum = 0.0

    public init() {}

    /// Records one duration in seconds; negative ones and NaN count as zero.
    public mutating func record(_ seconds: Double) {
        let seconds = seconds > 0 ? seconds : 0
        counts[Self.bucket(seconds)] &+= 1
        count += 1
        maximum = max(maximum, seconds)
        if seconds.isFinite { sum += seconds }
    }

    /// The number of durations recorded that do not exceed 10 microseconds times 2 to the power of `octave`: an upper
    /// bound of a bucket, so the count is exact.
    public func count(atMostOctave octave: Int) -> Int {
        let last = min(max(octave, 0) * Int(Self.bucketsPerOctave), counts.count - 1)
        return counts[0...last].reduce(0) { $0 + Int($1) }
    }

    /// The upper bound, in seconds, that ``count(atMostOctave:)`` uses.
    public static func bound(ofOctave octave: Int) -> Double { smallest * exp2(Double(octave)) }

    /// The smallest duration in seconds that at least the fraction `quantile` (0...1) of those recorded doesn't exceed;
    /// nil before the first.
    public func quantile(_ quantile: Double) -> Double? {
        guard count > 0 else { return nil }
        let rank = Int((Double(count) * min(max(quantile, 0), 1)).rounded(.up))
        var seen = 0
        for (index, number) in counts.enumerated() {
            seen += Int(number)
            if seen >= max(rank, 1) { return min(Self.upperBound(index), maximum) }
        }
        return maximum
    }

    /// Adds the durations recorded by `other`.
    public mutating func merge(_ other: LatencyHistogram) {
        for index in counts.indices { counts[index] &+= other.counts[index] }
        count += other.count
        sum += other.sum
        maximum = max(maximum, other.maximum)
    }

    private static func bucket(_ seconds: Double) -> Int {
        guard seconds > smallest else { return 0 }
        guard seconds < 1e6 else { return bucketCount - 1 }
        return min(Int((log2(seconds / smallest) * bucketsPerOctave).rounded(.up)), bucketCount - 1)
    }

    private static func upperBound(_ bucket: Int) -> Double {
        bucket == bucketCount - 1 ? .infinity : smallest * exp2(Double(bucket) / bucketsPerOctave)
    }
}
