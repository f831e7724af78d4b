import Kernels

/// What it costs to let a row (a moment of the score) meet a column (a moment of the recording).
public protocol LocalCosts: Sendable {
    var rowCount: Int { get }
    var columnCount: Int { get }

    /// Writes the costs of a row and some columns: finite numbers, none below 0.
    ///
    /// - Parameter costs: one element for each of `columns`.
    func write(row: Int, columns: Range<Int>, into costs: UnsafeMutableBufferPointer<Float>)
}

/// The distance of feature vectors.
public struct FeatureCosts: LocalCosts {
    private let rows: FeatureSequence
    private let columns: FeaturePlanes
    private let norm: Norm

    /// - Throws: `AlignmentError.badParameter` for unequal dimensions.
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

/// Costs by a function, for tests and for what has no features.
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

/// Several costs of the same moments, weighted and added up.
public struct WeightedCosts: LocalCosts {
    private let terms: [(weight: Float, costs: any LocalCosts)]
    public let rowCount: Int
    public let columnCount: Int

    /// - Parameter terms: of the same size; what goes beyond the smallest is left out.
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
