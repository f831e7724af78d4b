import Alignment

/// Dynamic time warping with the full O(mn) table, for comparison.
struct ReferenceWarping {
    let points: [WarpingPath.Point]
    let cost: Double

    init(rows: Int, columns: Int, steps: StepRule = StepRule(), cost: (Int, Int) -> Float) {
        var sums = [[Double]](repeating: [Double](repeating: .infinity, count: columns), count: rows)
        // 0 both, 1 column, 2 row.
        var chosen = [[Int]](repeating: [Int](repeating: 0, count: columns), count: rows)
        for row in 0..<rows {
            for column in 0..<columns {
                let local = Double(cost(row, column))
                guard row > 0 || column > 0 else {
                    sums[0][0] = local
                    continue
                }
                func arrival(_ row: Int, _ column: Int, _ step: StepRule.Step) -> Double {
                    row < 0 || column < 0 ? .infinity : sums[row][column] + step.weight * local + step.penalty
                }
                let both = arrival(row - 1, column - 1, steps.both)
                let across = arrival(row, column - 1, steps.column)
                let down = arrival(row - 1, column, steps.row)
                let isBoth = both <= across && both <= down
                chosen[row][column] = isBoth ? 0 : across <= down ? 1 : 2
                sums[row][column] = min(both, across, down)
            }
        }
        var (row, column) = (rows - 1, columns - 1)
        var points: [WarpingPath.Point] = []
        while true {
            points.append(.init(row: row, column: column))
            if row == 0, column == 0 { break }
            let step = chosen[row][column]
            if step != 1 { row -= 1 }
            if step != 2 { column -= 1 }
        }
        self.points = points.reversed()
        self.cost = sums[rows - 1][columns - 1]
    }
}
