/// The cost matrix of two sequences: what every tile of it is computed from.
struct WarpingProblem: Sendable {
    let rows: FeatureSequence
    // Descending, as anti-diagonals want it.
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

    /// Cells, each band of rows being counted whole.
    var work: Int { (rows.count + WarpingBand.height - 1) / WarpingBand.height * WarpingBand.height * columns.count }
}

/// The sums just outside a tile, from which those inside follow.
struct TileBorder: Sendable {
    /// The row above: one element more than the tile has columns, the first being the corner.
    var above: [Double]
    /// The column to the left: one element for each of the tile's rows.
    var left: [Double]

    /// Of the whole matrix: the path can only come from the corner.
    init(origin tile: WarpingTile) {
        above = [0] + [Double](repeating: .infinity, count: tile.columns.count)
        left = [Double](repeating: .infinity, count: tile.rows.count)
    }

    init(above: [Double], left: [Double]) {
        self.above = above
        self.left = left
    }
}
