import Basics
import Testing

@Suite struct ClockTests {
    @Test func monotonicNeverDecreases() {
        var last = Clock.monotonic
        for _ in 0..<10_000 {
            let now = Clock.monotonic
            #expect(now >= last)
            last = now
        }
        #expect(abs(Clock.seconds - Double(Clock.monotonic) * 1e-9) < 1)
    }

    @Test func offsetGivesUnixTime() {
        let moved = Double(Int64(bitPattern: Clock.monotonic) + Clock.unixOffset) * 1e-9
        #expect(abs(moved - Clock.unix) < 1)
        // 2020 to 2100.
        #expect((1_577_836_800...4_102_444_800).contains(Clock.unix))
    }

    @Test func cpuTimeGrowsWithWork() {
        let (thread, process) = (Clock.threadSeconds, Clock.processSeconds)
        var random = SplitMix64(seed: 1)
        var sum: UInt64 = 0
        while Clock.threadSeconds - thread < 0.002 { sum &+= random.next() }
        #expect(sum != 0)
        #expect(Clock.processSeconds - process >= 0.0015)
    }
}
