import Testing

@testable import Capture

@Suite struct StallDetectorTests {
    @Test func closedStreamNeverStalls() {
        var detector = StallDetector(limit: 100)
        let found = [detector.check(at: 10_000), detector.suspended()]
        #expect(found == [false, false])
        #expect(detector.deadline == nil)
    }

    @Test func stallIsReportedOnceAndEnds() {
        var detector = StallDetector(limit: 100)
        detector.opened(at: 1000)
        #expect(detector.deadline == 1100)
        let flowing = [detector.check(at: 1099), detector.arrived(at: 1099), detector.check(at: 1150)]
        #expect(flowing == [false, false, false])
        let stalled = [detector.check(at: 1199), detector.check(at: 5000)]
        #expect(stalled == [true, false])
        let resumed = [detector.arrived(at: 5001), detector.arrived(at: 5002)]
        #expect(resumed == [true, false])
    }

    @Test func suspensionIsAStall() {
        var detector = StallDetector(limit: 100)
        detector.opened(at: 0)
        let results = [detector.suspended(), detector.suspended(), detector.check(at: 500), detector.arrived(at: 600)]
        #expect(results == [true, false, false, true])
    }

    @Test func limitAdaptsToRareFragments() {
        var stall = StallDetector(limit: 750_000_000)
        stall.opened(at: 0)
        var stalls = 0
        for second in 1...100 {
            let now = UInt64(second) * 1_000_000_000
            if let deadline = stall.deadline, now >= deadline, stall.check(at: now) { stalls += 1 }
            _ = stall.arrived(at: now)
        }
        #expect(stalls <= 2)
    }

    @Test func limitReturnsToItsDefault() {
        var stall = StallDetector(limit: 750_000_000)
        stall.opened(at: 0)
        for tick in 1...2 { _ = stall.arrived(at: UInt64(tick) * 2_000_000_000) }
        for tick in 400...50_000 { _ = stall.arrived(at: UInt64(tick) * 10_000_000) }
        #expect(stall.deadline == 500_750_000_000)
    }

    /// After a stall of a minute the next stall is detected as fast as the first.
    @Test func limitDoesNotAdaptToLongStalls() {
        var stall = StallDetector(limit: 750_000_000)
        stall.opened(at: 0)
        _ = stall.arrived(at: 1_000_000)
        _ = stall.arrived(at: 60_000_000_000)
        #expect(stall.deadline == 60_750_000_000)
    }
}
