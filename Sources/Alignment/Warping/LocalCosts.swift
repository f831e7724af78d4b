import Kernels

/// The costs of matching a row (a moment of the score) with a column (a moment of the recording).
public protocol LocalCosts: Sendable {
    var rowCount: Int { get }
    var columnCount: Int { get }

    /// Writes the costs of a row for a range of columns: finite, non-negative values.
    ///
    /// - Parameter costs: one element per column.
    func write(row: Int, columns: Range<Int>, into costs: UnsafeMutableBufferPointer<Float>)
}

/// The distances of feature vectors.
public struct FeatureCosts: LocalCosts {
    private let rows: FeatureSequence
    private let columns: FeaturePlanes
    private let norm: Norm

    /// - Throws: `AlignmentError.badParameter` for different dimensions.
    public init(rows: FeatureSequence, columns: FeatureSequence, norm: Norm = .l2) throws(AlignmentError) {
        guard rows.dimensions == columns.dimensions else {
            throw .badParameter(
                "Vectors of \(rows.dimensions) and of \(columns.dimensions) values cannot be compared")
        }
        self.rows = rows
        self.columns = FeaturePlanes(columns)
        self.norm = norm
    }

    public var rowCount: Int { rows.count }
    public var columnCount: Int { columns.count }

    public func write(row: Int, columns range: Range<Int>, into costs: UnsafeMutableBufferPointer<Float>) {
        guard !range.isEmpty, costs.count >= range.count, row < rows.count, range.upperBound <= columns.count else {
            return
        }
        rows.values.withUnsafeBufferPointer { rows in
            columns.values.withUnsafeBufferPointer { values in
                guard let row = rows.baseAddress.map({ $0 + row * columns.dimensions }),
                    let column = values.baseAddress.map({ $0 + range.lowerBound })
                else { return }
                nk_row_costs(
                    norm.code, range.count, columns.dimensions, row, column, columns.count, costs.baseAddress)
            }
        }
    }
}

/// Costs computed by a function, for tests and for input without features.
public struct FunctionCosts: LocalCosts {
    public let rowCount: Int
    public let columnCount: Int
    private let cost: @Sendable (_ row: Int, _ column: Int) -> Float

    public init(
        rowCount: Int, columnCount: Int, _ cost: @escaping @Sendable (_ row: Int, _ column: Int) -> Float
    ) {
        self.rowCount = rowCount
        self.columnCount = columnCount
        self.cost = cost
    }

    public func write(row: Int, columns: Range<Int>, into costs: UnsafeMutableBufferPointer<Float>) {
        for column in columns { costs[column - columns.lowerBound] = cost(row, column) }
    }
}

/// The weighted sum of several cost matrices.
public struct WeightedCosts: LocalCosts {
    private let terms: [(weight: Float, costs: any LocalCosts)]
    public let rowCount: Int
    public let columnCount: Int

    /// - Parameter terms: matrices of the same size; larger ones are truncated to the smallest.
    public init(_ terms: [(weight: Float, costs: any LocalCosts)]) {
        self.terms = terms
        rowCount = terms.map(\.costs.rowCount).min() ?? 0
        columnCount = terms.map(\.costs.columnCount).min() ?? 0
    }

    public func write(row: Int, columns: Range<Int>, into costs: UnsafeMutableBufferPointer<Float>) {
        withUnsafeTemporaryAllocation(of: Float.self, capacity: columns.count) { part in
            part.initialize(repeating: 0)
            for index in columns.indices { costs[index - columns.lowerBound] = 0 }
            for term in terms {
                term.costs.write(row: row, columns: columns, into: part)
                guard let from = part.baseAddress, let to = costs.baseAddress else { return }
                nk_axpy(columns.count, term.weight, from, to)
            }
        }
    }
}

/// A feature sequence in dimension-major layout, so that the values of neighbouring vectors are adjacent.
struct FeaturePlanes: Sendable {
    let dimensions: Int
    let count: Int
    /// Value k of vector i at `k * count + i`.
    let values: [Float]

    /// - Parameter isReversed: whether the order of the vectors is reversed.
    init(_ sequence: FeatureSequence, isReversed: Bool = false) {
        let (dimensions, count) = (sequence.dimensions, sequence.count)
        self.dimensions = dimensions
        self.count = count
        values = [Float](unsafeUninitializedCapacity: dimensions * count) { buffer, filled in
            sequence.values.withUnsafeBufferPointer { source in
                // Blocks of vectors keep the writes within cached lines.
                for first in stride(from: 0, to: count, by: 64) {
                    for value in 0..<dimensions {
                        for index in first..<min(first + 64, count) {
                            let target = isReversed ? count - 1 - index : index
                            buffer.initializeElement(
                                at: value * count + target, to: source[index * dimensions + value])
                        }
                    }
                }
            }
            filled = dimensions * count
        }
    }
}
