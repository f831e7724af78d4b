/// A way through a cost matrix from its first cell to its last, in steps to the next row, the next column or both.
public struct WarpingPath: Sendable, Equatable {
    public struct Point: Sendable, Hashable {
        public var row: Int32
        public var column: Int32

        public init(row: Int, column: Int) {
            self.row = Int32(clamping: row)
            self.column = Int32(clamping: column)
        }
    }

    /// In order, both coordinates never descending; never empty.
    public let points: [Point]
    /// The costs along the path, added up from its beginning in double precision, penalties included.
    public let cost: Double

    public init(points: [Point], cost: Double) {
        self.points = points.isEmpty ? [Point(row: 0, column: 0)] : points
        self.cost = cost
    }

    /// For each row from the first point's to the last one's, the first column in which the path is in that row.
    public var firstColumns: [Int] {
        var columns: [Int] = []
        var row: Int32 = -1
        for point in points where point.row != row {
            columns.append(Int(point.column))
            row = point.row
        }
        return columns
    }

    /// For each row from the first point's to the last one's, the last column in which the path is in that row.
    public var lastColumns: [Int] {
        var columns: [Int] = []
        var row: Int32 = -1
        for point in points {
            if point.row == row, !columns.isEmpty { columns.removeLast() }
            columns.append(Int(point.column))
            row = point.row
        }
        return columns
    }
}
