import Basics

/// One filter of a network's first layer, and what it responds to.
public struct LearnedFilter: Sendable, Equatable {
    /// Its row in the layer's weights, from 0.
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

/// Which of a layer's filters are worth a look.
public enum FilterSelection: String, Sendable, CaseIterable {
    /// Evenly chosen from all, in order of their dominant frequencies: a fair cross-section.
    case sorted
    /// Drawn at random, in order of their dominant frequencies.
    case random
    /// Those with the largest norms, the largest first.
    case strongest

    /// `count` of the filters, or all if there are fewer. Filters without a dominant frequency (all zero) come last.
    ///
    /// - Parameter seed: of `random`; the same seed chooses the same filters.
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
