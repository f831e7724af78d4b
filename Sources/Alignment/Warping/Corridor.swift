/// The columns that a path may visit in each row.
///
/// A path from corner to corner always exists: ranges are not empty, their bounds never decrease, each range touches or
/// overlaps the next one, the first contains column 0 and the last one the last column. The initialisers widen their
/// input as needed.
public struct Corridor: Sendable, Equatable {
    /// One range of columns for each row.
    public let ranges: [Range<Int>]
    public let columnCount: Int

    /// The whole matrix.
    public init(rowCount: Int, columnCount: Int) {
        self.columnCount = max(1, columnCount)
        ranges = [Range<Int>](repeating: 0..<self.columnCount, count: max(1, rowCount))
    }

    /// The given columns, widened as needed.
    public init(ranges requested: [Range<Int>], columnCount: Int) {
        let columns = max(1, columnCount)
        var ranges = requested.isEmpty ? [0..<columns] : requested
        // Clamp to the matrix and make upper bounds non-decreasing.
        var upper = 1
        for index in ranges.indices {
            upper = max(upper, min(columns, ranges[index].upperBound))
            ranges[index] = min(max(0, ranges[index].lowerBound), upper - 1)..<upper
        }
        let last = ranges.count - 1
        ranges[last] = ranges[last].lowerBound..<columns
        ranges[0] = 0..<ranges[0].upperBound
        // Make lower bounds non-decreasing, and close gaps between consecutive ranges.
        var lower = columns - 1
        for index in ranges.indices.reversed() {
            lower = min(lower, ranges[index].lowerBound)
            ranges[index] = lower..<ranges[index].upperBound
        }
        for index in ranges.indices.dropFirst() where ranges[index].lowerBound > ranges[index - 1].upperBound {
            ranges[index] = ranges[index - 1].upperBound..<ranges[index].upperBound
        }
        self.ranges = ranges
        self.columnCount = columns
    }

    /// The neighbourhood of a path, which may come from sequences of other rates, such as coarser ones.
    ///
    /// - Parameters:
    ///   - path: in rows and columns of this corridor's matrix, neither ever decreasing. Points are joined by straight
    ///     lines, and the ends with the matrix's corners.
    ///   - rows: number of rows added before and after the path.
    ///   - columns: number of columns added before and after the path.
    public init(
        around path: [(row: Double, column: Double)], rows: Int, columns: Int, rowCount: Int, columnCount: Int
    ) {
        let rowCount = max(1, rowCount)
        let end = (row: Double(rowCount - 1), column: Double(max(1, columnCount) - 1))
        let within = path.map { (row: min(max(0, $0.row), end.row), column: min(max(0, $0.column), end.column)) }
        let points: [(row: Double, column: Double)] = [(0, 0)] + within + [end]
        var lowest = [Double](repeating: .infinity, count: rowCount)
        var highest = [Double](repeating: 0, count: rowCount)
        for (start, end) in zip(points, points.dropFirst()) where start.row <= end.row {
            func column(at row: Double) -> Double {
                let share = end.row > start.row ? (row - start.row) / (end.row - start.row) : 0
                return start.column + min(max(0, share), 1) * (end.column - start.column)
            }
            for row in Int(start.row)...Int(end.row.rounded(.up)) {
                lowest[row] = min(lowest[row], column(at: Double(row) - 0.5))
                highest[row] = max(highest[row], end.row > start.row ? column(at: Double(row) + 0.5) : end.column)
            }
        }
        let ranges = (0..<rowCount).map { row in
            let low = lowest[max(0, row - rows)]
            let high = highest[min(rowCount - 1, row + rows)]
            let first = low.isFinite ? Int(low.rounded(.down)) - columns : 0
            return first..<max(first, Int(high.rounded(.up)) + columns) + 1
        }
        self.init(ranges: ranges, columnCount: columnCount)
    }

    /// The total number of cells.
    public var cellCount: Int { ranges.reduce(0) { $0 + $1.count } }
}
