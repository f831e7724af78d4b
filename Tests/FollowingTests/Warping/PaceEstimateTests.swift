import Testing

@testable import Following

@Suite struct PaceEstimateTests {
    @Test func aSteadyPaceIsFound() {
        var estimate = PaceEstimate()
        #expect(estimate.pace == 1)
        for index in 0..<1000 {
            estimate.add(5 + 0.7 * Double(index) * 0.01, after: 0.01)
            if index < 100 { #expect(estimate.pace == 1) }
        }
        #expect(abs(estimate.pace - 0.7) < 1e-6)
        // Another pace is known after some seconds.
        for index in 0..<2000 { estimate.add(12 + 1.5 * Double(index) * 0.01, after: 0.01) }
        #expect(abs(estimate.pace - 1.5) < 0.02)
    }

    @Test func standingStillHasLimits() {
        var estimate = PaceEstimate()
        for _ in 0..<1000 { estimate.add(3, after: 0.01) }
        #expect(estimate.pace == 0.1)
    }
}
