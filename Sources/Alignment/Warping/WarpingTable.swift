/// All sums of a small tile, for the traceback.
struct WarpingTable {
    private let tile: WarpingTile
    private let border: TileBorder
    // The anti-diagonals of each band, in the layout of `WarpingBand`.
    private var bands: [[Double]] = []

    init(problem: WarpingProblem, tile: WarpingTile, border: TileBorder) {
        self.tile = tile
        self.border = border
        let worker = WarpingBand(problem: problem, tile: tile, border: border)
        let strides = WarpingBand.strides(columns: tile.columns.count)
        let size = WarpingBand.stride * WarpingBand.pitch
        var frontier = border.above
        for first in stride(from: 0, to: tile.rows.count, by: WarpingBand.height) {
            let rows = first..<min(first + WarpingBand.height, tile.rows.count)
            worker.begin(rows: rows, firstAbove: frontier[1])
            var sums: [Double] = []
            sums.reserveCapacity(strides * size)
            for index in 0..<strides {
                frontier.withUnsafeMutableBufferPointer {
                    guard let base = $0.baseAddress else { return }
                    worker.advance(first: index * WarpingBand.stride, above: base)
                }
                sums += worker.sums[(2 * WarpingBand.pitch)...]
            }
            bands.append(sums)
            for column in 0..<tile.columns.count { frontier[column + 1] = sum(rows.upperBound - 1, column) }
        }
    }

    /// The sum of a cell of the tile, or of its border for index -1.
    private func sum(_ row: Int, _ column: Int) -> Double {
        if row < 0 { return border.above[column + 1] }
        if column < 0 { return border.left[row] }
        let lane = row % WarpingBand.height
        return bands[row / WarpingBand.height][(lane + column) * WarpingBand.pitch + lane + 1]
    }

    /// The sum of the last cell.
    var last: Double { sum(tile.rows.count - 1, tile.columns.count - 1) }

    /// Traces the path from the last cell to the border of the tile.
    ///
    /// - Parameter points: receives the visited cells, from the last to the first.
    /// - Returns: the cell before them in matrix coordinates; -1 beyond the edge.
    func walk(into points: inout [WarpingPath.Point]) -> (row: Int, column: Int) {
        var (row, column) = (tile.rows.count - 1, tile.columns.count - 1)
        while row >= 0, column >= 0 {
            points.append(.init(row: tile.rows.lowerBound + row, column: tile.columns.lowerBound + column))
            let (both, across, down) = (sum(row - 1, column - 1), sum(row, column - 1), sum(row - 1, column))
            if both <= across, both <= down {
                row -= 1
                column -= 1
            } else if across <= down {
                column -= 1
            } else {
                row -= 1
            }
        }
        return (tile.rows.lowerBound + row, tile.columns.lowerBound + column)
    }
}
