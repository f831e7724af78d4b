import Dispatch
import Synchronization

/// Computes a tile and stores the sums along a grid of rows and columns.
///
/// The threads share the bands of rows; each band follows the band above it at a distance of two strides.
final class WarpingSweep: Sendable {
    let tile: WarpingTile
    let border: TileBorder
    /// Distance between grid lines in rows and columns.
    let spacing: (rows: Int, columns: Int)

    private let problem: WarpingProblem
    private let bandCount: Int
    private let strideCount: Int
    private let frontier: SharedSums
    private let rowLines: SharedSums
    private let columnLines: SharedSums
    private let nextBand = Atomic<Int>(0)
    private let isCancelled = Atomic<Bool>(false)
    // One semaphore per band, signalled after each stride.
    private let finished: [DispatchSemaphore]

    /// - Parameter spacing: the number of rows must be a multiple of `WarpingBand.height`.
    init(problem: WarpingProblem, tile: WarpingTile, border: TileBorder, spacing: (rows: Int, columns: Int)) {
        self.problem = problem
        self.tile = tile
        self.border = border
        self.spacing = spacing
        let (rows, columns) = (tile.rows.count, tile.columns.count)
        bandCount = (rows + WarpingBand.height - 1) / WarpingBand.height
        strideCount = WarpingBand.strides(columns: columns)
        frontier = SharedSums(border.above)
        rowLines = SharedSums(count: (rows - 1) / spacing.rows * (columns + 1))
        columnLines = SharedSums(count: (columns - 1) / spacing.columns * rows)
        finished = (0..<bandCount).map { _ in DispatchSemaphore(value: 0) }
    }

    /// Computes the tile. Must be called once.
    ///
    /// - Parameter progress: receives the completed fraction, on the calling thread.
    /// - Throws: any error thrown by `progress`, after all threads have stopped.
    func run(threads: Int, progress: (Double) throws -> Void) throws {
        let group = DispatchGroup()
        for _ in 1..<max(1, min(threads, bandCount)) {
            DispatchQueue.global().async(group: group) { self.work { _ in } }
        }
        var failure: (any Error)?
        work { share in
            guard failure == nil else { return }
            do { try progress(share) } catch {
                failure = error
                self.isCancelled.store(true, ordering: .relaxed)
            }
        }
        group.wait()
        if let failure { throw failure }
    }

    private func work(report: (Double) -> Void) {
        let band = WarpingBand(problem: problem, tile: tile, border: border)
        let total = Double(bandCount) * Double(strideCount)
        while true {
            let index = nextBand.wrappingAdd(1, ordering: .relaxed).oldValue
            guard index < bandCount else { return }
            let first = index * WarpingBand.height
            let rows = first..<min(first + WarpingBand.height, tile.rows.count)
            for stride in 0..<strideCount {
                // After a cancellation, every thread still waits and signals, to avoid a deadlock.
                follow(stride, below: index)
                if !isCancelled.load(ordering: .relaxed) {
                    if stride == 0 { begin(band, rows: rows) }
                    band.advance(first: stride * WarpingBand.stride, above: frontier.base)
                    keep(band, first: stride * WarpingBand.stride)
                }
                finished[index].signal()
                if stride % 16 == 0 { report((Double(index) * Double(strideCount) + Double(stride)) / total) }
            }
        }
    }

    /// Waits until the band above is two strides ahead, because a band's last row lags its first by up to a stride.
    private func follow(_ stride: Int, below index: Int) {
        guard index > 0 else { return }
        if stride == 0 { finished[index - 1].wait() }
        if stride + 1 < strideCount { finished[index - 1].wait() }
    }

    private func begin(_ band: WarpingBand, rows: Range<Int>) {
        band.begin(rows: rows, firstAbove: frontier.base[1])
        if let line = line(below: rows) { line[0] = border.left[rows.upperBound - 1] }
    }

    /// The stored row of sums that a band's last row belongs to, if any.
    private func line(below rows: Range<Int>) -> UnsafeMutablePointer<Double>? {
        guard rows.upperBound % spacing.rows == 0, rows.upperBound < tile.rows.count else { return nil }
        return rowLines.base + (rows.upperBound / spacing.rows - 1) * (tile.columns.count + 1)
    }

    /// Stores the parts of the latest stride that are needed later: the last row, and the columns of the grid.
    private func keep(_ band: WarpingBand, first: Int) {
        let (rows, columns) = (tile.rows.count, tile.columns.count)
        let last = band.rows.count - 1
        let line = line(below: band.rows)
        for diagonal in max(0, last - first)..<max(0, last - first, min(WarpingBand.stride, columns + last - first)) {
            let sum = band.sum(diagonal: diagonal, lane: last)
            frontier.base[first + diagonal - last + 1] = sum
            line?[first + diagonal - last + 1] = sum
        }
        let lines = (columns - 1) / spacing.columns
        // Line g stores column g * spacing - 1. The stride covers the columns from first - last.
        var index = max(1, (max(0, first - last) + spacing.columns) / spacing.columns)
        while index <= lines, index * spacing.columns - 1 < first + WarpingBand.stride {
            let start = first - (index * spacing.columns - 1)
            let target = columnLines.base + (index - 1) * rows + band.rows.lowerBound
            for lane in max(0, start)..<max(0, start, min(band.rows.count, start + WarpingBand.stride)) {
                target[lane] = band.sum(diagonal: lane - start, lane: lane)
            }
            index += 1
        }
    }

    // MARK: Results, available after `run`

    /// The sum of the tile's last cell.
    var last: Double { frontier.base[tile.columns.count] }

    /// The part of a grid cell that ends at a given matrix cell, and its border.
    ///
    /// - Parameters:
    ///   - row: index in the whole matrix, within the tile.
    ///   - column: index in the whole matrix, within the tile.
    func part(endingAt row: Int, _ column: Int) -> (tile: WarpingTile, border: TileBorder) {
        let (gridRow, gridColumn) = (
            (row - tile.rows.lowerBound) / spacing.rows, (column - tile.columns.lowerBound) / spacing.columns
        )
        let rows = gridRow * spacing.rows...row - tile.rows.lowerBound
        let columns = gridColumn * spacing.columns...column - tile.columns.lowerBound
        let above: [Double]
        if gridRow == 0 {
            above = Array(border.above[columns.lowerBound...columns.upperBound + 1])
        } else {
            let line = rowLines.base + (gridRow - 1) * (tile.columns.count + 1)
            above = Array(UnsafeBufferPointer(start: line + columns.lowerBound, count: columns.count + 1))
        }
        let left: [Double]
        if gridColumn == 0 {
            left = Array(border.left[rows])
        } else {
            let line = columnLines.base + (gridColumn - 1) * tile.rows.count
            left = Array(UnsafeBufferPointer(start: line + rows.lowerBound, count: rows.count))
        }
        let part = WarpingTile(
            rows: tile.rows.lowerBound + rows.lowerBound..<row + 1,
            columns: tile.columns.lowerBound + columns.lowerBound..<column + 1)
        return (part, TileBorder(above: above, left: left))
    }
}

/// Sums written by several threads. Sharing is safe: each element has one writer at a time, and readers wait for a
/// semaphore that the writer signals afterwards.
private final class SharedSums: @unchecked Sendable {
    let base: UnsafeMutablePointer<Double>

    init(count: Int) {
        base = .allocate(capacity: max(1, count))
        base.initialize(repeating: .infinity, count: max(1, count))
    }

    convenience init(_ values: [Double]) {
        self.init(count: values.count)
        for (index, value) in values.enumerated() { base[index] = value }
    }

    deinit { base.deallocate() }
}
