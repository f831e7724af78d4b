/// A path through a cost matrix from its first cell to its last, in steps to the next row, the next column or both.
public struct WarpingPath: Sendable, Equatable {
    public struct Point: Sendable, Hashable {
        public var row: Int32
        public var column: Int32

        public init(row: Int, column: Int) {
            self.row = Int32(clamping: row)
            self.column = Int32(clamping: column)
        }
    }

    /// In order; neither coordinate ever decreases. Never empty.
    public let points: [Point]
    /// The accumulated cost of the path in double precision, including penalties.
    public let cost: Double

    public init(points: [Point], cost: Double) {
        self.points = points.isEmpty ? [Point(row: 0, column: 0)] : points
        self.cost = cost
    }

    /// For each row from that of the first point to that of the last, the first column of the path in that row.
    public var firstColumns: [Int] {
        var columns: [Int] = []
        var row: Int32 = -1
        for point in points where point.row != row {
            columns.append(Int(point.column))
            row = point.row
        }
        return columns
    }

    /// For each row from that of the first point to that of the last, the last column of the path in that row.
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
