import Glibc
import Testing

@testable import NotedDaemon

@Suite struct DescriptorShortageTests {
    @Test func beginningAndEndAreReportedOnce() {
        var shortage = DescriptorShortage()
        #expect(shortage.recover() == nil)
        #expect(shortage.fail(refused: 2, now: 1) == .began)
        for step in 0..<100 { #expect(shortage.fail(refused: 1, now: 1 + Double(step) * 0.1) == nil) }
        #expect(shortage.fail(refused: 1, now: 61) == .continues(refused: 103))
        #expect(shortage.fail(refused: 5, now: 62) == nil)
        #expect(shortage.recover() == .ended(refused: 5))
        #expect(shortage.recover() == nil)
    }

    /// Clients that come and go at the limit start a new episode every moment.
    @Test func episodesInQuickSuccessionAreReportedOnceAMinute() {
        var shortage = DescriptorShortage()
        var reports = 0
        for step in 0..<1200 {
            if shortage.fail(refused: 1, now: Double(step) * 0.1) != nil { reports += 1 }
            if shortage.recover() != nil { reports += 1 }
        }
        #expect(reports == 4, "two beginnings and two ends in two minutes")
    }

    @Test func watchReportsEachChangeOnce() {
        var watch = SocketFileWatch(path: "/run/x")
        #expect(watch.check(.present) == nil)
        #expect(watch.check(.removed)?.text.contains("/run/x was removed") == true)
        #expect(watch.check(.removed) == nil)
        #expect(watch.check(.replaced)?.text.contains("replaced") == true)
        #expect(watch.check(.present)?.level == .notice)
    }
}
