/// Feature vectors of equal length at a constant rate: the input of an alignment.
public struct FeatureSequence: Sendable, Equatable {
    /// Values per vector; at least 1.
    public let dimensions: Int
    /// Vectors per second.
    public let rate: Double
    /// `count * dimensions` finite values, vector by vector.
    public private(set) var values: [Float]

    /// - Parameter values: vector by vector; an incomplete last vector is discarded.
    public init(dimensions: Int, rate: Double, values: [Float]) {
        self.dimensions = max(1, dimensions)
        self.rate = rate
        self.values = values
        self.values.removeLast(values.count % self.dimensions)
    }

    /// Number of vectors.
    public var count: Int { values.count / dimensions }

    public subscript(index: Int) -> ArraySlice<Float> {
        values[index * dimensions..<(index + 1) * dimensions]
    }

    /// The time of a vector in seconds.
    public func time(of index: Int) -> Double { Double(index) / rate }
}
