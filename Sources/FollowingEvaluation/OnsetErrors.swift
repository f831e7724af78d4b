/// A follower's errors at the onsets of a reference.
///
/// An onset without an error is missed. In the shares it counts as an infinite error; the other statistics leave it
/// out.
public struct OnsetErrors: Sendable, Equatable {
    /// Seconds, in the order of the reference. Positive errors are late in time, or ahead in the score. Nil for a
    /// missed onset.
    public let errors: [Double?]
    private let magnitudes: [Double]
    private let ordered: [Double]

    public init(_ errors: [Double?]) {
        self.errors = errors
        ordered = errors.compactMap { $0 }.sorted()
        magnitudes = ordered.map(abs).sorted()
    }

    public var count: Int { errors.count }
    public var missed: Int { errors.count - ordered.count }

    /// The share of all onsets whose absolute error is at most `limit` seconds, 0...1.
    public func share(within limit: Double) -> Double {
        Double(magnitudes.count { $0 <= limit }) / Double(max(1, count))
    }

    /// Of the absolute errors, in seconds; nil if all onsets are missed.
    public var median: Double? { Self.quantile(magnitudes, 0.5) }
    /// Of the absolute errors, in seconds; nil if all onsets are missed.
    public var percentile90: Double? { Self.quantile(magnitudes, 0.9) }
    /// Of the absolute errors, in seconds; nil if all onsets are missed.
    public var mean: Double? {
        magnitudes.isEmpty ? nil : magnitudes.reduce(0, +) / Double(magnitudes.count)
    }
    /// The signed median, in seconds; nil if all onsets are missed.
    public var bias: Double? { Self.quantile(ordered, 0.5) }

    /// Interpolated linearly between the two nearest values, as in NumPy.
    private static func quantile(_ sorted: [Double], _ share: Double) -> Double? {
        guard !sorted.isEmpty else { return nil }
        let place = share * Double(sorted.count - 1)
        let lower = Int(place)
        let upper = min(lower + 1, sorted.count - 1)
        return sorted[lower] + (sorted[upper] - sorted[lower]) * (place - Double(lower))
    }
}
