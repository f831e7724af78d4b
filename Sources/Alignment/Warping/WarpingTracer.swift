/// Traces the path recursively: computes a grid of sums over the matrix, then refines the tiles that the path crosses
/// until they are small enough to be stored in full.
struct WarpingTracer {
    /// Maximum number of cells of a tile that is stored in full (about 20 MB).
    private static let leaf = 1 << 21
    /// Maximum number of grid lines, and minimum number of cells between them.
    private static let divisions = 32
    private static let minimumSpacing = 1024
    /// The first sweep's fraction of the total work. Later sweeps recompute about a tenth of the cells.
    private static let firstShare = 0.9

    let problem: WarpingProblem
    let threads: Int

    func trace(progress: (Double) throws -> Void) throws -> WarpingPath {
        var points: [WarpingPath.Point] = []
        let whole = problem.whole
        var cost = 0.0
        var (row, column) = try walk(whole, TileBorder(origin: whole), into: &points, cost: &cost, progress: progress)
        // Overflowing sums may reach an edge early.
        while row >= 0 || column >= 0 {
            points.append(.init(row: max(0, row), column: max(0, column)))
            (row, column) = (row - 1, column - 1)
        }
        points.reverse()
        try progress(1)
        return WarpingPath(points: points, cost: cost)
    }

    /// Traces the path through a tile from its last cell. Sets `cost` to the sum of that cell.
    private func walk(
        _ tile: WarpingTile, _ border: TileBorder, into points: inout [WarpingPath.Point], cost: inout Double,
        progress: (Double) throws -> Void
    ) throws -> (row: Int, column: Int) {
        if tile.work <= Self.leaf {
            let table = WarpingTable(problem: problem, tile: tile, border: border)
            cost = table.last
            return table.walk(into: &points)
        }
        let sweep = WarpingSweep(problem: problem, tile: tile, border: border, spacing: spacing(of: tile))
        try sweep.run(threads: threads) { try progress($0 * Self.firstShare) }
        cost = sweep.last
        var (row, column) = (tile.rows.upperBound - 1, tile.columns.upperBound - 1)
        var partCost = 0.0
        while row >= tile.rows.lowerBound, column >= tile.columns.lowerBound {
            let left = Double(row + column) / Double(tile.rows.count + tile.columns.count)
            try progress(1 - (1 - Self.firstShare) * min(1, left))
            let (part, border) = sweep.part(endingAt: row, column)
            (row, column) = try walk(part, border, into: &points, cost: &partCost, progress: { _ in })
        }
        return (row, column)
    }

    private func spacing(of tile: WarpingTile) -> (rows: Int, columns: Int) {
        let height = WarpingBand.height
        let rows = max(Self.minimumSpacing, (tile.rows.count + Self.divisions - 1) / Self.divisions)
        let columns = max(Self.minimumSpacing, (tile.columns.count + Self.divisions - 1) / Self.divisions)
        return ((rows + height - 1) / height * height, columns)
    }
}
