import Testing

@testable import Following

@Suite struct FrameRingTests {
    @Test func distancesAreL1Norms() {
        var ring = FrameRing(dimensions: 3, capacity: 5)
        for index in 0..<12 { ring.store([Float(index), 1, -Float(index)], at: index) }
        var costs = [Float](repeating: -1, count: 5)
        // Vectors 7 to 11 are kept, and the ring wraps around between 9 and 10.
        ring.writeDistances(from: [7, 0, -7], to: 7..<12, into: &costs)
        #expect(costs == [1, 3, 5, 7, 9])
        var vector: [Float] = [0, 0, 0]
        ring.copy(10, into: &vector)
        #expect(vector == [10, 1, -10])
        costs = [-1]
        ring.writeDistances(from: [0, 0, 0], to: 8..<8, into: &costs)
        #expect(costs == [-1])
    }

    @Test func featuresDoNotDependOnTheLevel() {
        for kind in [FrameFeatures.Kind.onsets, .spectrum] {
            var quiet = FrameFeatures(kind, bands: 4)
            var loud = quiet
            for frame in 0..<20 {
                let magnitudes = (0..<4).map { Float(1 + (frame * 7 + $0 * 3) % 5) }
                var left = [Float](repeating: 0, count: quiet.dimensions)
                var right = left
                quiet.next(magnitudes, into: &left)
                loud.next(magnitudes.map { 50 * $0 }, into: &right)
                #expect(left.contains { $0 > 0 })
                for (left, right) in zip(left, right) { #expect(abs(left - right) < 1e-4) }
            }
        }
    }

    @Test func risesAppearAndFade() {
        var features = FrameFeatures(.onsets, bands: 2)
        var vector: [Float] = [0, 0]
        for _ in 0..<30 { features.next([1, 1], into: &vector) }
        #expect(vector.allSatisfy { $0 < 0.01 })
        features.next([1, 8], into: &vector)
        #expect(vector[1] > 0.5 && vector[1] > 20 * vector[0])
        let fresh = vector[1]
        for _ in 0..<10 { features.next([1, 8], into: &vector) }
        #expect(vector[1] > 0 && vector[1] < fresh)
    }

    @Test func silenceGivesZeros() {
        var features = FrameFeatures(.spectrum, bands: 2)
        var vector: [Float] = [1, 1, 1, 1]
        features.next([0, 0], into: &vector)
        #expect(vector == [0, 0, 0, 0])
    }
}
