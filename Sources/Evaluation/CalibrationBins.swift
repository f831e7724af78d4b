/// A reliability diagram: predictions sorted by their confidence into ten equal bins of 0...1.
///
/// Confidence is calibrated where the mean confidence of each bin equals its share of right predictions.
public struct CalibrationBins: Sendable, Equatable, Codable {
    /// The predictions whose confidence falls into one bin.
    public struct Bin: Sendable, Equatable, Codable {
        public var count = 0
        /// The mean confidence and the share of right predictions; 0 in an empty bin.
        public var confidence = 0.0
        public var right = 0.0
    }

    public private(set) var bins = [Bin](repeating: Bin(), count: binCount)
    static let binCount = 10

    /// - Parameter predictions: confidences outside 0...1 count in the first or last bin.
    public init(_ predictions: [(confidence: Double, isRight: Bool)]) {
        for prediction in predictions {
            let index = min(max(Int(prediction.confidence * Double(Self.binCount)), 0), Self.binCount - 1)
            bins[index].count += 1
            bins[index].confidence += prediction.confidence
            bins[index].right += prediction.isRight ? 1 : 0
        }
        for index in bins.indices where bins[index].count > 0 {
            bins[index].confidence /= Double(bins[index].count)
            bins[index].right /= Double(bins[index].count)
        }
    }

    /// Pools the predictions of several diagrams.
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

    /// Decodes a list of bins in the order of their confidence.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.singleValueContainer()
        bins = try values.decode([Bin].self)
        guard bins.count == Self.binCount else {
            throw DecodingError.dataCorruptedError(in: values, debugDescription: "expected \(Self.binCount) bins")
        }
    }

    public func encode(to encoder: any Encoder) throws { try bins.encode(to: encoder) }

    public var count: Int { bins.reduce(0) { $0 + $1.count } }

    /// The expected calibration error: the mean distance between a bin's confidence and its share of right predictions,
    /// weighted by the bin's count. Nil without predictions.
    public var calibrationError: Double? {
        guard count > 0 else { return nil }
        return bins.reduce(0) { $0 + Double($1.count) * abs($1.confidence - $1.right) } / Double(count)
    }
}
