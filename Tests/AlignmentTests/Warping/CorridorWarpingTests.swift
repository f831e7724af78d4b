import Alignment
import Basics
import Testing

@Suite("Corridor warping")
struct CorridorWarpingTests {
    private static func costs(_ rows: Int, _ columns: Int, levels: Int, seed: UInt64) -> FunctionCosts {
        var random = SplitMix64(seed: seed)
        let table = (0..<rows * columns).map { _ in
            levels > 0 ? Float(Int.random(in: 0..<levels, using: &random)) : Float.random(in: 0...1, using: &random)
        }
        return FunctionCosts(rowCount: rows, columnCount: columns) { table[$0 * columns + $1] }
    }

    private static func value(_ costs: FunctionCosts, _ row: Int, _ column: Int) -> Float {
        withUnsafeTemporaryAllocation(of: Float.self, capacity: 1) { buffer in
            costs.write(row: row, columns: column..<column + 1, into: buffer)
            return buffer[0]
        }
    }

    private static let rules = [
        StepRule(), StepRule(both: .init(weight: 2), column: .init(weight: 1.5), row: .init(weight: 1.5)),
        StepRule(column: .init(penalty: 0.3), row: .init(weight: 0.5, penalty: 1)),
    ]

    @Test("a full corridor yields the path of the full table", arguments: [0, 1, 2, 5], rules)
    func whole(levels: Int, rule: StepRule) throws {
        for (rows, columns) in [(1, 1), (1, 9), (9, 1), (30, 21), (17, 80)] {
            let costs = Self.costs(rows, columns, levels: levels, seed: UInt64(rows * 100 + columns))
            let expected = ReferenceWarping(rows: rows, columns: columns, steps: rule) { Self.value(costs, $0, $1) }
            let path = try CorridorWarping(steps: rule)
                .path(costs, within: Corridor(rowCount: rows, columnCount: columns))
            #expect(path.points == expected.points)
            #expect(abs(path.cost - expected.cost) < 1e-9)
        }
    }

    @Test("cells outside the corridor behave as if their cost were infinite")
    func restricted() throws {
        var random = SplitMix64(seed: 4)
        for round in 0..<60 {
            let (rows, columns) = (Int.random(in: 1...40, using: &random), Int.random(in: 1...40, using: &random))
            let requested = (0..<rows).map { _ -> Range<Int> in
                let start = Int.random(in: -3...columns + 3, using: &random)
                return start..<start + Int.random(in: 0...12, using: &random)
            }
            let corridor = Corridor(ranges: requested, columnCount: columns)
            let costs = Self.costs(rows, columns, levels: round % 3 * 2, seed: UInt64(round))
            let expected = ReferenceWarping(rows: rows, columns: columns) {
                corridor.ranges[$0].contains($1) ? Self.value(costs, $0, $1) : .infinity
            }
            let path = try CorridorWarping().path(costs, within: corridor)
            #expect(path.points == expected.points)
        }
    }

    @Test("corridors can be traversed and contain the requested columns")
    func corridors() {
        var random = SplitMix64(seed: 9)
        for _ in 0..<200 {
            let (rows, columns) = (Int.random(in: 1...30, using: &random), Int.random(in: 1...30, using: &random))
            let requested = (0..<rows).map { _ -> Range<Int> in
                let start = Int.random(in: -5...columns + 5, using: &random)
                return start..<start + Int.random(in: 0...9, using: &random)
            }
            let corridor = Corridor(ranges: requested, columnCount: columns)
            #expect(corridor.ranges.count == rows)
            #expect(corridor.ranges[0].lowerBound == 0 && corridor.ranges[rows - 1].upperBound == columns)
            for (range, next) in zip(corridor.ranges, corridor.ranges.dropFirst()) {
                #expect(next.lowerBound >= range.lowerBound && next.upperBound >= range.upperBound)
                #expect(next.lowerBound <= range.upperBound)
            }
            for (range, request) in zip(corridor.ranges, requested) {
                #expect(!range.isEmpty && range.lowerBound >= 0 && range.upperBound <= columns)
                let clamped = request.clamped(to: 0..<columns)
                #expect(clamped.isEmpty || range.clamped(to: clamped) == clamped)
            }
        }
    }

    @Test("the neighbourhood of a path contains the path and few other cells")
    func around() throws {
        let path = (0..<20).map { index -> (row: Double, column: Double) in
            let jump: Double = index > 10 ? 40 : 0
            return (row: Double(index) * 5, column: Double(index) * 10 + jump)
        }
        let corridor = Corridor(around: path, rows: 4, columns: 3, rowCount: 100, columnCount: 240)
        for point in path { #expect(corridor.ranges[Int(point.row)].contains(Int(point.column))) }
        #expect(corridor.ranges[30].contains(60) && !corridor.ranges[30].contains(80))
        #expect(corridor.cellCount < 100 * 50)
        let fine = Corridor(around: [], rows: 1, columns: 1, rowCount: 10, columnCount: 10)
        for row in 0..<10 { #expect(fine.ranges[row].contains(row)) }
    }

    @Test("free ends match a section of the recording")
    func part() throws {
        let score: [Float] = [1, 2, 3, 4, 5]
        let recording: [Float] = [9, 9, 9, 1, 1, 2, 3, 4, 4, 5, 9, 9]
        let costs = FunctionCosts(rowCount: score.count, columnCount: recording.count) {
            abs(score[$0] - recording[$1])
        }
        let corridor = Corridor(rowCount: score.count, columnCount: recording.count)
        let path = try CorridorWarping(hasFreeStart: true, hasFreeEnd: true).path(costs, within: corridor)
        #expect(path.cost == 0)
        #expect(path.points.first == .init(row: 0, column: 3) || path.points.first == .init(row: 0, column: 4))
        #expect(path.points.last == .init(row: 4, column: 9))
    }

    @Test("weighted costs are summed")
    func weighted() throws {
        let one = FunctionCosts(rowCount: 2, columnCount: 3) { Float($0 + $1) }
        let two = FunctionCosts(rowCount: 3, columnCount: 2) { Float(10 * $0 * $1) }
        let sum = WeightedCosts([(2, one), (0.5, two)])
        #expect(sum.rowCount == 2 && sum.columnCount == 2)
        var values = [Float](repeating: 7, count: 2)
        values.withUnsafeMutableBufferPointer { sum.write(row: 1, columns: 0..<2, into: $0) }
        #expect(values == [2, 9])
    }

    @Test("rejects a corridor of the wrong size")
    func refused() {
        let costs = FunctionCosts(rowCount: 2, columnCount: 3) { _, _ in 0 }
        #expect(throws: AlignmentError.self) {
            try CorridorWarping().path(costs, within: Corridor(rowCount: 3, columnCount: 3))
        }
    }
}
