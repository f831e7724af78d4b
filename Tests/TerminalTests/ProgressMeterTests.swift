import Terminal
import Testing

@Suite struct ProgressMeterTests {
    private func drawn(_ total: Double?, columns: Int = 80, unit: ProgressMeter.Unit = .audioSeconds) -> ProgressMeter {
        ProgressMeter("transcribe", total: total, unit: unit, style: .drawn(columns: columns), now: 100)
    }

    @Test func showsPercentageRateAndTimeLeft() {
        var meter = drawn(600)
        #expect(meter.line(done: 0, now: 100) == "transcribe    0%  [....................]")
        #expect(
            meter.line(done: 150, now: 103) == "transcribe   25%  [#####...............]  50x real time  0:09 left")
        #expect(meter.summary(done: 600, now: 112) == "transcribe  10:00 of audio  in 0:12  50x real time")
    }

    @Test func drawsAtMostTenTimesASecond() {
        var meter = drawn(600)
        let shown = (0..<1000).compactMap { meter.line(done: Double($0), now: 100 + Double($0) / 1000) }
        #expect(shown.count == 10)
    }

    @Test func plainLinesAreInfrequentAndDelayed() {
        var meter = ProgressMeter("train", total: 1000, unit: .count("steps"), style: .plain, now: 0)
        let shown = (0..<60).compactMap { meter.line(done: Double($0), remark: "loss 0.1", now: Double($0)) }
        #expect(shown.count == 5)
        #expect(shown.first == "train    1%  1 steps/s  16:30 left  loss 0.1")
    }

    @Test func neverWrapsANarrowTerminal() {
        for columns in 1...120 {
            var meter = drawn(600, columns: columns)
            #expect((meter.line(done: 300, remark: "and a remark", now: 110) ?? "").count < max(columns, 2))
        }
    }

    @Test func worksWithoutATotal() {
        var meter = drawn(nil, unit: .bytes)
        #expect(meter.line(done: 12_000_000, now: 104) == "transcribe  12 MB  3 MB/s")
    }

    @Test(arguments: [0.0, -1, .infinity, .nan]) func invalidNumbersDoNotTrap(value: Double) {
        var finite = drawn(600)
        _ = finite.line(done: value, now: 200)
        var meter = drawn(value)
        _ = meter.line(done: value, now: 200)
        _ = meter.line(done: 1e300, now: 300)
        _ = meter.summary(done: value, now: 1e300)
    }
}
