import Foundation
import Testing

@testable import NotedDaemon

@Suite struct LatencyHistogramTests {
    @Test func emptyHistogramHasNoQuantiles() {
        #expect(LatencyHistogram().quantile(0.5) == nil)
        #expect(LatencyHistogram().maximum == 0)
    }

    @Test func quantilesAreWithinNinePercentAndNeverLow() {
        var histogram = LatencyHistogram()
        for millisecond in 1...1000 { histogram.record(Double(millisecond) * 1e-3) }
        for (quantile, exact) in [(0.5, 0.5), (0.9, 0.9), (0.99, 0.99), (1, 1)] {
            let value = histogram.quantile(quantile) ?? 0
            #expect(value >= exact - 1e-12)
            #expect(value <= exact * 1.0906)
        }
        #expect(histogram.maximum == 1)
        #expect(histogram.count == 1000)
    }

    @Test func invalidValuesAreCounted() {
        var histogram = LatencyHistogram()
        for value in [-1, .nan, 0, 1e-9, 1e9, .infinity] { histogram.record(value) }
        #expect(histogram.count == 6)
        #expect(histogram.quantile(0.5) == 1e-5)
        #expect(histogram.quantile(1) == .infinity)
    }

    @Test func mergeAddsCounts() {
        var (one, other) = (LatencyHistogram(), LatencyHistogram())
        one.record(0.001)
        other.record(0.1)
        one.merge(other)
        #expect(one.count == 2)
        #expect(one.maximum == 0.1)
        #expect(one.quantile(1) == 0.1)
    }

    @Test func lastMinuteExcludesOlderValues() {
        var record = LatencyRecord()
        record.record(0.5, now: 1000)
        record.record(0.001, now: 1040)
        #expect(record.lastMinute(now: 1050).count == 2)
        #expect(record.lastMinute(now: 1062).count == 1)
        #expect(record.lastMinute(now: 1062).maximum == 0.001)
        #expect(record.lastMinute(now: 5000).count == 0)
        #expect(record.sinceStart.count == 2)
    }

    @Test func loadIsPercentOfOneCore() {
        var load = ProcessorLoad()
        #expect(load.percent == nil)
        load.sample(ProcessUsage(processorSeconds: 1, residentBytes: 0), now: 100)
        load.sample(ProcessUsage(processorSeconds: 1.5, residentBytes: 0), now: 110)
        #expect(load.percent == 5)
        load.sample(ProcessUsage(processorSeconds: 1.5, residentBytes: 0), now: 400)
        #expect(load.percent == 0, "only the last minute is included")
    }

    @Test func usageOfThisProcessIsPositive() {
        let usage = ProcessUsage.now()
        #expect(usage.residentBytes > 1 << 20)
        #expect(usage.processorSeconds > 0)
    }
}

@Suite struct OverloadGuardTests {
    @Test func noHopIsSkippedBelowTheLimit() {
        var overloadGuard = OverloadGuard()
        for _ in 0..<100 { #expect(overloadGuard.admit(lag: 0.39) == .process) }
        #expect(overloadGuard.report(total: 0, now: 0) == nil)
    }

    @Test func skipsUntilTheLagHasRecovered() {
        var overloadGuard = OverloadGuard()
        #expect(overloadGuard.admit(lag: 0.41) == .skip)
        #expect(overloadGuard.admit(lag: 0.3) == .skip)
        #expect(overloadGuard.admit(lag: 0.05) == .skip)
        #expect(overloadGuard.admit(lag: 0.02) == .resume)
        #expect(overloadGuard.admit(lag: 0.02) == .process)
    }

    @Test func aNewSourceIsNotSkipped() {
        var overloadGuard = OverloadGuard()
        #expect(overloadGuard.admit(lag: 1) == .skip)
        overloadGuard.reset()
        #expect(overloadGuard.admit(lag: 0.1) == .process)
    }

    @Test func reportsAtMostOnceASecond() {
        var overloadGuard = OverloadGuard()
        #expect(overloadGuard.report(total: 1, now: 10) == 1)
        #expect(overloadGuard.report(total: 2, now: 10.5) == nil)
        #expect(overloadGuard.report(total: 6, now: 11) == 5)
        #expect(overloadGuard.report(total: 6, now: 13) == nil)
    }
}
