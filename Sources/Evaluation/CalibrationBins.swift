/// Statements with a confidence, sorted into tenths of 0...1: whether their confidence is the probability of being right.
public struct CalibrationBins: Sendable, Equatable, Codable {
    /// The statements whose confidence lies in one tenth.
    public struct Bin: Sendable, Equatable, Codable {
        public var count = 0
        /// Mean confidence, and the share of right statements; 0 without any.
        public var confidence = 0.0
        public var right = 0.0
    }

    public private(set) var bins = [Bin](repeating: Bin(), count: binCount)
    static let binCount = 10

    public init(_ statements: [(confidence: Double, isRight: Bool)]) {
        for statement in statements {
            let index = min(max(Int(statement.confidence * Double(Self.binCount)), 0), Self.binCount - 1)
            bins[index].count += 1
            bins[index].confidence += statement.confidence
            bins[index].right += statement.isRight ? 1 : 0
        }
        for index in bins.indices where bins[index].count > 0 {
            bins[index].confidence /= Double(bins[index].count)
            bins[index].right /= Double(bins[index].count)
        }
    }

    /// All statements of several.
    public init(pooling all: [CalibrationBins]) {
        for index in bins.indices {
            let parts = all.map { $0.bins[index] }
            let count = parts.reduce(0) { $0 + $1.count }
            guard count > 0 else { continue }
            bins[index].count = count
            bins[index].confidence = parts.reduce(0) { $0 + Double($1.count) * $1.confidence } / Double(count)
            bins[index].right = parts.reduce(0) { $0 + Double($1.count) * $1.right } / Double(count)
        }
    }

    /// A list of bins, the lowest tenth first.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.singleValueContainer()
        bins = try values.decode([Bin].self)
        guard bins.count == Self.binCount else {
            throw DecodingError.dataCorruptedError(in: values, debugDescription: "\(Self.binCount) bins are needed")
        }
    }

    public func encode(to encoder: any Encoder) throws { try bins.encode(to: encoder) }

    public var count: Int { bins.reduce(0) { $0 + $1.count } }

    /// The expected calibration error: how far the bins' confidence is from their share of right statements, weighted by statements; nil
    /// without any.
    public var calibrationError: Double? {
        guard count > 0 else { return nil }
        return bins.reduce(0) { $0 + Double($1.count) * abs($1.confidence - $1.right) } / Double(count)
    }
}
