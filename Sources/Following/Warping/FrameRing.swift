import Kernels

/// The last feature vectors of a sequence, and their distances to another vector.
///
/// Allocates nothing after `init`.
struct FrameRing {
    let dimensions: Int
    /// Number of vectors kept.
    let capacity: Int
    // Value k of vector i at k * capacity + i % capacity, so that loops run along vectors.
    private var values: [Float]

    init(dimensions: Int, capacity: Int) {
        self.dimensions = dimensions
        self.capacity = max(1, capacity)
        values = [Float](repeating: 0, count: dimensions * self.capacity)
    }

    /// Stores vector `index` in place of vector `index - capacity`.
    mutating func store(_ vector: UnsafePointer<Float>, at index: Int) {
        let slot = index % capacity
        values.withUnsafeMutableBufferPointer { values in
            for value in 0..<dimensions { values[value * capacity + slot] = vector[value] }
        }
    }

    /// Copies a vector that is kept.
    func copy(_ index: Int, into vector: UnsafeMutablePointer<Float>) {
        let slot = index % capacity
        values.withUnsafeBufferPointer { values in
            for value in 0..<dimensions { vector[value] = values[value * capacity + slot] }
        }
    }

    /// Writes the L1 distances between a vector and a range of vectors, all of which must be kept.
    func writeDistances(
        from vector: UnsafePointer<Float>, to range: Range<Int>, into costs: UnsafeMutablePointer<Float>
    ) {
        guard !range.isEmpty, range.count <= capacity else { return }
        values.withUnsafeBufferPointer { values in
            guard let base = values.baseAddress else { return }
            let slot = range.lowerBound % capacity
            let first = min(range.count, capacity - slot)
            nk_row_costs(Int32(NK_NORM_L1), first, dimensions, vector, base + slot, capacity, costs)
            guard first < range.count else { return }
            nk_row_costs(
                Int32(NK_NORM_L1), range.count - first, dimensions, vector, base, capacity, costs + first)
        }
    }
}
