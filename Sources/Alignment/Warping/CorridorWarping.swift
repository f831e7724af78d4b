import Foundation
import Kernels

/// Dynamic time warping within a corridor, with arbitrary local costs and weighted steps.
///
/// The result is optimal within the corridor. Ties are broken in favour of the diagonal step, then of the step to the
/// next column, so a corridor that spans the whole matrix yields the same path as `ExactWarping`. Memory: one byte per
/// cell of the corridor. Single-threaded.
public struct CorridorWarping: Sendable {
    public var steps: StepRule
    /// Whether the path may begin in any column of the first row, for recordings with a foreign beginning.
    public var hasFreeStart: Bool
    /// Whether the path may end in any column of the last row.
    public var hasFreeEnd: Bool

    public init(steps: StepRule = StepRule(), hasFreeStart: Bool = false, hasFreeEnd: Bool = false) {
        self.steps = steps
        self.hasFreeStart = hasFreeStart
        self.hasFreeEnd = hasFreeEnd
    }

    /// The path of minimum cost.
    ///
    /// - Parameters:
    ///   - corridor: with as many rows and columns as `costs`.
    ///   - progress: receives the completed fraction of the work. An error that it throws aborts the work.
    /// - Throws: `AlignmentError.badParameter` for a corridor of a different size, and any error thrown by `progress`.
    public func path(
        _ costs: some LocalCosts, within corridor: Corridor, progress: (Double) throws -> Void = { _ in }
    ) throws -> WarpingPath {
        guard corridor.ranges.count == costs.rowCount, corridor.columnCount == costs.columnCount else {
            throw AlignmentError.badParameter(
                "A corridor of \(corridor.ranges.count) rows and \(corridor.columnCount) columns does not fit costs of "
                    + "\(costs.rowCount) and \(costs.columnCount)")
        }
        var chosen = [UInt8](repeating: 0, count: corridor.cellCount)
        let weights = [steps.both.weight, steps.column.weight, steps.row.weight]
        let penalties = [steps.both.penalty, steps.column.penalty, steps.row.penalty]
        let widest = corridor.ranges.map(\.count).max() ?? 0
        var rowCosts = [Float](repeating: 0, count: widest)
        var sums = [Double](repeating: .infinity, count: widest)
        // The row above, shifted by one: element j belongs to the column before this row's column j.
        var above = [Double](repeating: .infinity, count: widest + 1)
        var offset = 0
        var previous = 0..<0
        for (row, range) in corridor.ranges.enumerated() {
            rowCosts.withUnsafeMutableBufferPointer { buffer in
                costs.write(
                    row: row, columns: range, into: UnsafeMutableBufferPointer(rebasing: buffer[..<range.count]))
            }
            if row == 0 {
                begin(range, rowCosts, &sums, &chosen)
            } else {
                for index in 0...range.count {
                    let column = range.lowerBound + index - 1
                    above[index] = previous.contains(column) ? sums[column - previous.lowerBound] : .infinity
                }
                chosen.withUnsafeMutableBufferPointer { chosen in
                    guard let base = chosen.baseAddress else { return }
                    nk_accumulate_row(
                        range.count, rowCosts, above, .infinity, weights, penalties, &sums, base + offset)
                }
            }
            offset += range.count
            previous = range
            if row % 256 == 0 { try progress(Double(row) / Double(corridor.ranges.count)) }
        }
        try progress(1)
        return walk(back: chosen, corridor, lastSums: sums)
    }

    private func begin(_ range: Range<Int>, _ costs: [Float], _ sums: inout [Double], _ chosen: inout [UInt8]) {
        for index in 0..<range.count {
            let cost = Double(costs[index])
            let across = index > 0 ? sums[index - 1] + steps.column.weight * cost + steps.column.penalty : .infinity
            let fresh = index == 0 || hasFreeStart ? cost : .infinity
            sums[index] = min(across, fresh)
            // In the first row, `both` marks the beginning of the path.
            chosen[index] = fresh <= across ? Self.both : Self.column
        }
    }

    private static let both: UInt8 = 0
    private static let column: UInt8 = 1

    private func walk(back chosen: [UInt8], _ corridor: Corridor, lastSums: [Double]) -> WarpingPath {
        var row = corridor.ranges.count - 1
        let lastRange = corridor.ranges[row]
        var end = lastRange.count - 1
        if hasFreeEnd {
            // The first minimum.
            end = 0
            for index in 0..<lastRange.count where lastSums[index] < lastSums[end] { end = index }
        }
        var column = lastRange.lowerBound + end
        var points: [WarpingPath.Point] = []
        var offset = chosen.count - lastRange.count
        while true {
            points.append(.init(row: row, column: column))
            let step = chosen[offset + column - corridor.ranges[row].lowerBound]
            if row == 0, step == Self.both { break }
            // Only overflowing sums lead out of the corridor; clamp in that case.
            if step == Self.column, column > corridor.ranges[row].lowerBound {
                column -= 1
                continue
            }
            row -= 1
            offset -= corridor.ranges[row].count
            if step == Self.both { column -= 1 }
            column = min(max(column, corridor.ranges[row].lowerBound), corridor.ranges[row].upperBound - 1)
        }
        points.reverse()
        return WarpingPath(points: points, cost: lastSums[end])
    }
}
