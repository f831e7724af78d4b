/// How far a follower was off at the onsets of a reference.
///
/// An onset without an error is missed, and counts as an error of any size in the shares; median and the like are of the others.
public struct OnsetErrors: Sendable, Equatable {
    /// Seconds; positive is late in time, or ahead in the score. Nil for a missed onset. In the order of the reference.
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

    /// The share of all onsets that are off by at most so many seconds, 0...1.
    public func share(within limit: Double) -> Double {
        Double(magnitudes.count { $0 <= limit }) / Double(max(1, count))
    }

    /// Of the magnitudes, in seconds; nil if all are missed.
    public var median: Double? { Self.quantile(magnitudes, 0.5) }
    /// Of the magnitudes, in seconds; nil if all are missed.
    public var percentile90: Double? { Self.quantile(magnitudes, 0.9) }
    /// Of the magnitudes, in seconds; nil if all are missed.
    public var mean: Double? {
        magnitudes.isEmpty ? nil : magnitudes.reduce(0, +) / Double(magnitudes.count)
    }
    /// The median of the errors with their signs, in seconds; nil if all are missed.
    public var bias: Double? { Self.quantile(ordered, 0.5) }

    /// Between the two nearest values by a straight line, as NumPy has it.
    private static func quantile(_ sorted: [Double], _ share: Double) -> Double? {
        guard !sorted.isEmpty else { return nil }
        let place = share * Double(sorted.count - 1)
        let lower = Int(place)
        let upper = min(lower + 1, sorted.count - 1)
        return sorted[lower] + (sorted[upper] - sorted[lower]) * (place - Double(lower))
    }
}
