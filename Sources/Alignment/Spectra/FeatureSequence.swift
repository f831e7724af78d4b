/// Vectors of the same length at a steady rate: what is compared when recordings are aligned.
public struct FeatureSequence: Sendable, Equatable {
    /// Values of a vector; at least 1.
    public let dimensions: Int
    /// Vectors a second.
    public let rate: Double
    /// Vector after vector: `count * dimensions` finite floats.
    public private(set) var values: [Float]

    /// - Parameter values: vector after vector; an incomplete last one is left out.
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

    /// The moment that a vector speaks of, in seconds.
    public func time(of index: Int) -> Double { Double(index) / rate }
}
