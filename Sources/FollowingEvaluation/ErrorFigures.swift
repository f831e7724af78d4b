/// Statistics of ``OnsetErrors``, as tables show them. Missing values are absent from JSON.
public struct ErrorFigures: Sendable, Equatable, Codable {
    public var onsets: Int
    public var missed: Int
    /// Of the absolute errors of the onsets that are not missed, in milliseconds.
    public var median: Double?
    public var percentile90: Double?
    public var mean: Double?
    /// The signed median, in milliseconds.
    public var bias: Double?
    /// Shares of all onsets, 0...1.
    public var within50: Double
    public var within100: Double
    public var within250: Double
    public var within500: Double

    enum CodingKeys: String, CodingKey {
        case onsets, missed
        case median = "median_ms"
        case percentile90 = "p90_ms"
        case mean = "mean_ms"
        case bias = "bias_ms"
        case within50 = "within_50"
        case within100 = "within_100"
        case within250 = "within_250"
        case within500 = "within_500"
    }

    public init(_ errors: OnsetErrors) {
        onsets = errors.count
        missed = errors.missed
        median = errors.median.map { 1000 * $0 }
        percentile90 = errors.percentile90.map { 1000 * $0 }
        mean = errors.mean.map { 1000 * $0 }
        bias = errors.bias.map { 1000 * $0 }
        within50 = errors.share(within: 0.05)
        within100 = errors.share(within: 0.1)
        within250 = errors.share(within: 0.25)
        within500 = errors.share(within: 0.5)
    }

    /// The mean over pairs, each with equal weight; onsets and missed onsets are summed. Nil without pairs.
    public init?(meanOf all: [ErrorFigures]) {
        guard !all.isEmpty else { return nil }
        func mean(_ value: (ErrorFigures) -> Double?) -> Double? {
            let values = all.compactMap(value)
            return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
        }
        onsets = all.reduce(0) { $0 + $1.onsets }
        missed = all.reduce(0) { $0 + $1.missed }
        median = mean(\.median)
        percentile90 = mean(\.percentile90)
        self.mean = mean(\.mean)
        bias = mean(\.bias)
        within50 = mean(\.within50) ?? 0
        within100 = mean(\.within100) ?? 0
        within250 = mean(\.within250) ?? 0
        within500 = mean(\.within500) ?? 0
    }
}
