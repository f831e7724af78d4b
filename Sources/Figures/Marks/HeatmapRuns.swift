/// A heatmap as runs of equal colour, at a resolution that keeps the file reasonably small.
///
/// A drawn cell is the mean of the values it covers. The resolution is the requested one if adjacent cells are mostly
/// equal, and lower if the matrix is noisy.
struct HeatmapRuns: Equatable {
    struct Run: Equatable {
        var row: Int
        var column: Int
        var length: Int
    }

    let rows: Int
    let columns: Int
    /// Runs by level, 0..<ColorMap.levels; the last entry holds the cells without a value.
    let runs: [[Run]]

    /// The target number of runs; each takes about 8 bytes in the file.
    private static let budget = 16_000

    /// - Parameters:
    ///   - width: the maximum number of cells across.
    ///   - height: the maximum number of cells down.
    init(_ map: Heatmap, width: Int, height: Int) {
        var (rows, columns) = (min(map.rows, max(height, 1)), min(map.columns, max(width, 1)))
        while true {
            let runs = Self.runs(map, rows: rows, columns: columns)
            if runs.reduce(0, { $0 + $1.count }) <= Self.budget || rows * columns <= Self.budget {
                (self.rows, self.columns, self.runs) = (rows, columns, runs)
                return
            }
            rows = max(rows * 3 / 4, 1)
            columns = max(columns * 3 / 4, 1)
        }
    }

    private static func runs(_ map: Heatmap, rows: Int, columns: Int) -> [[Run]] {
        var result = [[Run]](repeating: [], count: ColorMap.levels + 1)
        for row in 0..<rows {
            let source = part(row, of: rows, in: map.rows)
            var start = 0
            var level = -1
            for column in 0..<columns {
                let next = self.level(of: mean(map, source, part(column, of: columns, in: map.columns)), map.range)
                if next == level { continue }
                if level >= 0 { result[level].append(Run(row: row, column: start, length: column - start)) }
                (start, level) = (column, next)
            }
            if level >= 0 { result[level].append(Run(row: row, column: start, length: columns - start)) }
        }
        return result
    }

    /// The `index`-th of `count` nearly equal parts of 0..<size.
    static func part(_ index: Int, of count: Int, in size: Int) -> Range<Int> {
        index * size / count..<(index + 1) * size / count
    }

    static func mean(_ map: Heatmap, _ rows: Range<Int>, _ columns: Range<Int>) -> Double? {
        var (sum, count) = (0.0, 0)
        for row in rows {
            for column in columns {
                let value = map.values[row * map.columns + column]
                guard Scale.isDrawable(value) else { continue }
                sum += value
                count += 1
            }
        }
        return count > 0 ? sum / Double(count) : nil
    }

    private static func level(of value: Double?, _ range: ClosedRange<Double>?) -> Int {
        guard let value, let range else { return ColorMap.levels }
        let extent = range.upperBound - range.lowerBound
        guard extent > 0 else { return ColorMap.levels / 2 }
        let fraction = min(max((value - range.lowerBound) / extent, 0), 1)
        return min(Int(fraction * Double(ColorMap.levels)), ColorMap.levels - 1)
    }
}
