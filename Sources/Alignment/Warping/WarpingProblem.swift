/// The cost matrix of two sequences, from which tiles are computed.
struct WarpingProblem: Sendable {
    let rows: FeatureSequence
    // In descending order, as the anti-diagonals require.
    let columns: FeaturePlanes
    let norm: Norm

    init(_ rows: FeatureSequence, _ columns: FeatureSequence, norm: Norm) {
        self.rows = rows
        self.columns = FeaturePlanes(columns, isReversed: true)
        self.norm = norm
    }

    var whole: WarpingTile { WarpingTile(rows: 0..<rows.count, columns: 0..<columns.count) }
}

/// A rectangle of the cost matrix. Never empty.
struct WarpingTile: Sendable, Equatable {
    var rows: Range<Int>
    var columns: Range<Int>

    /// Number of cells computed; a partial band of rows counts as a whole one.
    var work: Int { (rows.count + WarpingBand.height - 1) / WarpingBand.height * WarpingBand.height * columns.count }
}

/// The sums just outside a tile, from which the sums inside are computed.
struct TileBorder: Sendable {
    /// The row above: one element more than the tile has columns; the first is the corner.
    var above: [Double]
    /// The column to the left: one element per row of the tile.
    var left: [Double]

    /// The border of the whole matrix: a path can only start at the corner.
    init(origin tile: WarpingTile) {
        above = [0] + [Double](repeating: .infinity, count: tile.columns.count)
        left = [Double](repeating: .infinity, count: tile.rows.count)
    }

    init(above: [Double], left: [Double]) {
        self.above = above
        self.left = left
    }
}
