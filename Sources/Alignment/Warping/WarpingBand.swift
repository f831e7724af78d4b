import Kernels

/// A worker's buffers for one band of rows of a tile. Computes accumulated costs in strides of anti-diagonals, from
/// left to right.
final class WarpingBand {
    /// Rows per band.
    static let height = 128
    /// Anti-diagonals computed at once.
    static let stride = 128
    static let pitch = height + 2

    private let problem: WarpingProblem
    private let tile: WarpingTile
    private let border: TileBorder
    private var row: [Float]
    private var column: [Float]
    private var costs: [Float]
    private var above = [Double](repeating: 0, count: WarpingBand.stride)
    private var left = [Double](repeating: 0, count: WarpingBand.height)
    /// The sums of the latest stride: row r of its diagonal d is at `(d + 2) * pitch + r + 1`. The two preceding
    /// diagonals come first.
    private(set) var sums: [Double]
    /// The band's rows within the tile.
    private(set) var rows = 0..<0

    init(problem: WarpingProblem, tile: WarpingTile, border: TileBorder) {
        self.problem = problem
        self.tile = tile
        self.border = border
        let dimensions = problem.columns.dimensions
        row = [Float](repeating: 0, count: dimensions * Self.height)
        column = [Float](repeating: 0, count: dimensions * (Self.height + Self.stride))
        costs = [Float](repeating: 0, count: Self.stride * Self.height)
        sums = [Double](repeating: 0, count: (Self.stride + 2) * Self.pitch)
    }

    /// Number of strides after which the last row of a band has reached the last column of a tile.
    static func strides(columns: Int) -> Int { (columns + height - 1 + stride - 1) / stride }

    /// Moves to the start of a band.
    ///
    /// - Parameters:
    ///   - rows: rows of the tile, at most `height`.
    ///   - firstAbove: the sum above the first cell.
    func begin(rows: Range<Int>, firstAbove: Double) {
        self.rows = rows
        let dimensions = problem.columns.dimensions
        problem.rows.values.withUnsafeBufferPointer { source in
            for lane in 0..<rows.count {
                let start = (tile.rows.lowerBound + rows.lowerBound + lane) * dimensions
                for value in 0..<dimensions { row[value * Self.height + lane] = source[start + value] }
            }
        }
        for lane in 0..<Self.height { left[lane] = lane < rows.count ? border.left[rows.lowerBound + lane] : .infinity }
        for index in 0..<2 * Self.pitch { sums[index] = .infinity }
        sums[0] = rows.lowerBound == 0 ? border.above[0] : border.left[rows.lowerBound - 1]
        sums[Self.pitch] = firstAbove
        sums[Self.pitch + 1] = left[0]
    }

    /// Computes the anti-diagonals `first ..< first + stride`. Must be called in order, starting with `first` = 0.
    ///
    /// - Parameter source: the sums of the row above; element q belongs to column q - 1 of the tile.
    func advance(first: Int, above source: UnsafeMutablePointer<Double>) {
        if first > 0 {
            sums.withUnsafeMutableBufferPointer { sums in
                guard let base = sums.baseAddress else { return }
                base.update(from: base + Self.stride * Self.pitch, count: 2 * Self.pitch)
            }
        }
        let columns = tile.columns.count
        for index in 0..<Self.stride {
            let next = first + index + 1
            above[index] = next < columns ? source[next + 1] : .infinity
        }
        gather(first: first)
        let pitch = Self.height + Self.stride
        nk_diagonal_costs(
            problem.norm.code, Self.height, Self.stride, problem.columns.dimensions, row, column, pitch, &costs)
        nk_accumulate_diagonals(Self.height, Self.stride, first, costs, above, left, &sums)
    }

    /// Copies the columns that the stride meets, in descending order; missing columns are zero.
    private func gather(first: Int) {
        let (dimensions, count) = (problem.columns.dimensions, problem.columns.count)
        let pitch = Self.height + Self.stride
        // Element i is column `first + stride - 1 - i` of the tile, element `start + i` of the reversed planes.
        let start = count - tile.columns.lowerBound - first - Self.stride
        let used = max(0, -start)..<max(0, -start, min(pitch, count - start))
        problem.columns.values.withUnsafeBufferPointer { source in
            column.withUnsafeMutableBufferPointer { target in
                guard let from = source.baseAddress, let to = target.baseAddress else { return }
                if used.count < pitch { target.update(repeating: 0) }
                for value in 0..<dimensions {
                    (to + value * pitch + used.lowerBound).update(
                        from: from + value * count + start + used.lowerBound, count: used.count)
                }
            }
        }
    }

    /// The sum of a cell of the latest stride.
    ///
    /// - Parameters:
    ///   - diagonal: index within the stride, 0..<stride; -1 and -2 are the two diagonals before it.
    ///   - lane: row within the band.
    func sum(diagonal: Int, lane: Int) -> Double { sums[(diagonal + 2) * Self.pitch + lane + 1] }
}
