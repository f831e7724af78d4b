/// A feature sequence laid out value by value instead of vector by vector, so that neighbouring vectors lie side by side.
struct FeaturePlanes: Sendable {
    let dimensions: Int
    let count: Int
    /// Value k of vector i at `k * count + i`.
    let values: [Float]

    /// - Parameter isReversed: whether the last vector comes first.
    init(_ sequence: FeatureSequence, isReversed: Bool = false) {
        let (dimensions, count) = (sequence.dimensions, sequence.count)
        self.dimensions = dimensions
        self.count = count
        values = [Float](unsafeUninitializedCapacity: dimensions * count) { buffer, filled in
            sequence.values.withUnsafeBufferPointer { source in
                // A few vectors at a time, so that their cache lines are used up.
                for first in stride(from: 0, to: count, by: 64) {
                    for value in 0..<dimensions {
                        for index in first..<min(first + 64, count) {
                            let place = isReversed ? count - 1 - index : index
                            buffer.initializeElement(
                                at: value * count + place, to: source[index * dimensions + value])
                        }
                    }
                }
            }
            filled = dimensions * count
        }
    }
}
