import Alignment
import Basics
import Testing

@Suite("Exact warping")
struct ExactWarpingTests {
    private static func sequence(_ values: [[Float]]) -> FeatureSequence {
        FeatureSequence(dimensions: values[0].count, rate: 100, values: values.flatMap { $0 })
    }

    /// Compares the path with that of the full table of kernel-computed costs.
    private static func expectSame(
        _ first: FeatureSequence, _ second: FeatureSequence, norm: Norm, threads: Int = 2,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let costs = try FeatureCosts(rows: first, columns: second, norm: norm)
        var table = [Float](repeating: 0, count: first.count * second.count)
        table.withUnsafeMutableBufferPointer { buffer in
            for row in 0..<first.count {
                let part = UnsafeMutableBufferPointer(
                    rebasing: buffer[row * second.count..<(row + 1) * second.count])
                costs.write(row: row, columns: 0..<second.count, into: part)
            }
        }
        let columns = second.count
        let expected = ReferenceWarping(rows: first.count, columns: columns) { table[$0 * columns + $1] }
        let path = try ExactWarping(norm: norm, threads: threads).path(first, second)
        #expect(path.points == expected.points, sourceLocation: sourceLocation)
        #expect(path.cost == expected.cost, sourceLocation: sourceLocation)
    }

    private static func random(_ count: Int, dimensions: Int, levels: Int, seed: UInt64) -> FeatureSequence {
        var random = SplitMix64(seed: seed)
        return FeatureSequence(
            dimensions: dimensions, rate: 1,
            values: (0..<count * dimensions).map { _ in
                levels > 0 ? Float(Int.random(in: 0..<levels, using: &random)) : .random(in: -3...3, using: &random)
            })
    }

    @Test("matches the full table for random features", arguments: Norm.allCases)
    func random(norm: Norm) throws {
        for (index, size) in [(1, 1), (1, 40), (40, 1), (2, 3), (127, 129), (128, 128), (300, 200), (131, 515)]
            .enumerated()
        {
            for dimensions in [1, 5, 50] {
                let first = Self.random(size.0, dimensions: dimensions, levels: 0, seed: UInt64(index))
                let second = Self.random(size.1, dimensions: dimensions, levels: 0, seed: UInt64(index + 100))
                try Self.expectSame(first, second, norm: norm)
            }
        }
    }

    @Test("matches the full table with many ties", arguments: [1, 2, 3])
    func ties(levels: Int) throws {
        for (index, size) in [(90, 40), (40, 90), (200, 200), (260, 140)].enumerated() {
            let first = Self.random(size.0, dimensions: 2, levels: levels, seed: UInt64(index + 7))
            let second = Self.random(size.1, dimensions: 2, levels: levels, seed: UInt64(index + 70))
            for norm in Norm.allCases { try Self.expectSame(first, second, norm: norm) }
        }
    }

    @Test("nested tiles yield the same path", arguments: [1, 2, 3])
    func tiles(threads: Int) throws {
        // More than 2^21 cells, which requires a grid and nested tiles.
        let first = Self.random(1_300, dimensions: 2, levels: 2, seed: 1)
        let second = Self.random(1_700, dimensions: 2, levels: 2, seed: 2)
        try Self.expectSame(first, second, norm: .l1, threads: threads)
    }

    @Test("traces a path far from the diagonal across many tiles")
    func corner() throws {
        // The second sequence repeats the first one's beginning for a long time.
        let rows = 1_100
        let columns = 2_300
        let first = Self.sequence((0..<rows).map { [Float($0)] })
        let second = Self.sequence((0..<columns).map { [Float(max(0, $0 - 2_200) * 11)] })
        try Self.expectSame(first, second, norm: .l2)
    }

    @Test("a single row or column")
    func thin() throws {
        let first = Self.random(1, dimensions: 3, levels: 0, seed: 5)
        let second = Self.random(60_000, dimensions: 3, levels: 0, seed: 6)
        let path = try ExactWarping().path(first, second)
        #expect(path.points == (0..<60_000).map { WarpingPath.Point(row: 0, column: $0) })
        let turned = try ExactWarping().path(second, first)
        #expect(turned.points == (0..<60_000).map { WarpingPath.Point(row: $0, column: 0) })
    }

    @Test("costs equal the norm of the difference", arguments: Norm.allCases)
    func norms(norm: Norm) throws {
        let first = Self.random(9, dimensions: 50, levels: 0, seed: 11)
        let second = Self.random(37, dimensions: 50, levels: 0, seed: 12)
        let costs = try FeatureCosts(rows: first, columns: second, norm: norm)
        var written = [Float](repeating: 0, count: 30)
        for row in 0..<first.count {
            written.withUnsafeMutableBufferPointer { costs.write(row: row, columns: 3..<33, into: $0) }
            for column in 3..<33 {
                let differences = zip(first[row], second[column]).map { Double(abs($0 - $1)) }
                let expected: Double =
                    switch norm {
                    case .l1: differences.reduce(0, +)
                    case .l2: differences.map { $0 * $0 }.reduce(0, +).squareRoot()
                    case .linf: differences.max() ?? 0
                    }
                #expect(abs(Double(written[column - 3]) - expected) < 1e-5 * expected)
            }
        }
    }

    @Test("a sequence and its slowed copy have cost 0")
    func slowed() throws {
        let first = Self.random(500, dimensions: 4, levels: 0, seed: 3)
        let second = FeatureSequence(
            dimensions: 4, rate: 1, values: (0..<1_000).flatMap { Array(first[$0 / 2]) })
        let path = try ExactWarping().path(first, second)
        #expect(path.cost == 0)
        #expect(path.firstColumns == (0..<500).map { 2 * $0 })
        #expect(path.lastColumns == (0..<500).map { 2 * $0 + 1 })
    }

    @Test("overflowing costs yield a valid path")
    func overflow() throws {
        let first = FeatureSequence(dimensions: 1, rate: 1, values: [0, 3e38, -3e38, 3e38, 0])
        let second = FeatureSequence(dimensions: 1, rate: 1, values: [-3e38, 3e38, -3e38])
        for norm in Norm.allCases {
            let path = try ExactWarping(norm: norm).path(first, second)
            #expect(path.points.first == .init(row: 0, column: 0))
            #expect(path.points.last == .init(row: 4, column: 2))
            for (before, after) in zip(path.points, path.points.dropFirst()) {
                #expect((0...1).contains(after.row - before.row) && (0...1).contains(after.column - before.column))
            }
        }
    }

    @Test("progress increases, and an error that it throws aborts the work")
    func progress() throws {
        struct Abort: Error {}
        let first = Self.random(3_000, dimensions: 2, levels: 0, seed: 1)
        var shares: [Double] = []
        _ = try ExactWarping().path(first, first) { shares.append($0) }
        #expect(shares == shares.sorted() && shares.last == 1 && shares.count > 5)
        #expect(throws: Abort.self) { try ExactWarping().path(first, first) { if $0 > 0.1 { throw Abort() } } }
    }

    @Test("rejects empty sequences and different dimensions")
    func refused() {
        let one = FeatureSequence(dimensions: 1, rate: 1, values: [1])
        let two = FeatureSequence(dimensions: 2, rate: 1, values: [1, 2])
        let none = FeatureSequence(dimensions: 1, rate: 1, values: [])
        #expect(throws: AlignmentError.self) { try ExactWarping().path(one, two) }
        #expect(throws: AlignmentError.self) { try ExactWarping().path(one, none) }
    }
}
