import Testing

@testable import Capture

@Suite struct ProcessorTimeLimitTests {
    private static let unlimited = UInt.max

    /// Inherited soft and hard limit, and the soft limit under which a thread may have priority, in microseconds.
    @Test(arguments: [
        (unlimited, unlimited, UInt?.some(200_000)),
        (200_000, 200_000, 100_000),
        (200_000, unlimited, 200_000),
        (150_000, 300_000, 150_000),
        (5_000_000, 5_000_000, 200_000),
        (20_000, unlimited, 20_000),
        (100_000, 100_000, 50_000),
        (99_000, 99_000, nil),
        (1, 1, nil),
        (0, 0, nil),
    ])
    func softLimitStaysFarBelowTheHardOne(soft: UInt, hard: UInt, expected: UInt?) {
        let guarded = ProcessorTimeLimit(soft: soft, hard: hard).guarded
        #expect(guarded?.soft == expected)
        if let guarded {
            #expect(guarded.hard == hard, "only a privileged process may raise it again")
            #expect(guarded.soft <= guarded.hard / 2)
        }
    }

    @Test func limitInForceIsRead() throws {
        let limit = try #require(ProcessorTimeLimit.current())
        #expect(limit.soft <= limit.hard)
    }
}

@Suite struct ThreadTableTests {
    @Test func threadsAreAddedOnceAndRemoved() {
        let table = ThreadTable()
        #expect(table.replace(0, by: 7))
        #expect(table.replace(0, by: 8))
        #expect(table.contains(7) && table.contains(8) && !table.contains(9))
        var found: [Int32] = []
        table.forEach { found.append($0) }
        #expect(found == [7, 8])
        #expect(table.replace(7, by: 0))
        #expect(!table.contains(7))
        #expect(!table.replace(7, by: 0))
    }

    @Test func fullTableRefusesThreads() {
        let table = ThreadTable()
        for thread in 1...64 { #expect(table.replace(0, by: Int32(thread))) }
        #expect(!table.replace(0, by: 65))
    }
}

@Suite struct CapturePriorityTests {
    @Test func problemsAreExplainedWithARemedy() {
        #expect(CapturePriority.notRequested.explanation == nil)
        #expect(CapturePriority.realTime.explanation == nil)
        #expect(CapturePriority.refused(1).explanation?.contains("LimitRTPRIO=10") == true)
        #expect(CapturePriority.limitTooLow.explanation?.contains("below 100 ms") == true)
        #expect(CapturePriority.lost.explanation?.contains("notectl source") == true)
    }

    @Test func outcomesOfRequestsAreKept() {
        let tally = CaptureTally()
        #expect(tally.priority == .notRequested)
        tally.requested(by: 5, .refused(13))
        #expect(tally.priority == .refused(13))
        tally.requested(by: 5, .limitTooLow)
        #expect(tally.priority == .limitTooLow)
        tally.requested(by: .max, .granted)
        #expect(tally.priority == .lost, "no such thread holds the priority")
        tally.released()
        #expect(tally.priority == .notRequested)
    }
}
