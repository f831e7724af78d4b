import Basics

/// One filter of a network's first layer, with its spectrum.
public struct LearnedFilter: Sendable, Equatable {
    /// The filter's row in the layer's weights, from 0.
    public var index: Int
    public var weights: [Float]
    public var spectrum: MagnitudeSpectrum

    public init(index: Int, weights: [Float], spectrum: MagnitudeSpectrum) {
        self.index = index
        self.weights = weights
        self.spectrum = spectrum
    }

    /// The Euclidean norm of the weights.
    public var strength: Double { weights.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot() }
}

/// How to select filters of a layer for a figure.
public enum FilterSelection: String, Sendable, CaseIterable {
    /// A representative sample: evenly spaced in the order of dominant frequency.
    case sorted
    /// A random sample, sorted by dominant frequency.
    case random
    /// The filters with the largest norms, in descending order.
    case strongest

    /// Returns `count` of the filters, or all if there are fewer. Filters without a dominant frequency (all zero) come
    /// last.
    ///
    /// - Parameter seed: seeds `random`; the same seed selects the same filters.
    public func choose(_ count: Int, from filters: [LearnedFilter], seed: UInt64 = 0) -> [LearnedFilter] {
        let count = min(max(count, 0), filters.count)
        switch self {
        case .sorted:
            let ordered = Self.byFrequency(filters)
            return (0..<count).map { ordered[(2 * $0 + 1) * ordered.count / (2 * count)] }
        case .random:
            var generator = SplitMix64(seed: seed)
            return Self.byFrequency(Array(filters.shuffled(using: &generator).prefix(count)))
        case .strongest:
            let ranked = filters.map { (filter: $0, strength: $0.strength) }
            let ordered = ranked.sorted { ($1.strength, $0.filter.index) < ($0.strength, $1.filter.index) }
            return ordered.prefix(count).map(\.filter)
        }
    }

    private static func byFrequency(_ filters: [LearnedFilter]) -> [LearnedFilter] {
        let ranked = filters.map { (filter: $0, frequency: $0.spectrum.dominantFrequency ?? .infinity) }
        return ranked.sorted { ($0.frequency, $0.filter.index) < ($1.frequency, $1.filter.index) }.map(\.filter)
    }
}
