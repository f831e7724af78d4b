import Basics
import Testing

@testable import Capture

/// Runs the timeline against a simulated device whose truth is known.
@Suite struct TimelineTests {
    /// The permitted error of an air time, in seconds.
    private static let airTolerance = 0.005
    /// Clock errors in parts per million: none, good and bad quartz oscillators, and a faulty card.
    static let clocks: [Double] = [0, 20, -20, 100, -100, 10_000, -10_000]

    private func expectInvariants(_ device: SimulatedDevice, losses: Int, _ comment: Comment? = nil) {
        let record = device.record
        #expect(record.faults.isEmpty, comment)
        #expect(record.worstAirError < Self.airTolerance, comment)
        #expect(record.discontinuities.count == losses, "\(record.discontinuities)")
        #expect(
            abs(Double(device.timeline.counters.lostFrames) - device.trueLoss) <= Double(hopSize * max(losses, 1)))
        #expect(device.timeline.counters.lostFrames == record.discontinuities.reduce(0) { $0 + $1.lostFrames })
    }

    /// Seven days in total.
    @Test(arguments: clocks) func noPhantomLossInADay(clock: Double) {
        var device = SimulatedDevice(partsPerMillion: clock, fragment: 4410)
        device.flow(86_400)
        expectInvariants(device, losses: 0)
        #expect(device.record.states.map(\.state) == [.running])
        #expect(device.timeline.sample == device.record.hops * Int64(hopSize))
    }

    @Test(arguments: clocks, [0.002, 0.02, 0.05]) func jitterIsFilteredOut(clock: Double, jitter: Double) {
        var device = SimulatedDevice(partsPerMillion: clock)
        device.jitter = jitter
        device.flow(300)
        expectInvariants(device, losses: 0)
    }

    @Test(arguments: clocks) func lateBacklogsAreNotLosses(clock: Double) {
        var device = SimulatedDevice(partsPerMillion: clock)
        device.flow(20)
        for seconds in [0.05, 0.3, 1, 4, 30, 0.6, 0.6] {
            device.pause(seconds, keeping: .infinity)
            device.flow(8)
        }
        expectInvariants(device, losses: 0)
    }

    @Test(arguments: clocks, [0.1, 0.5, 0.9, 1.5, 3, 6, 12, 30, 60]) func lossOfAFrozenProcessIsMeasuredByTheClock(
        clock: Double, seconds: Double
    ) {
        var device = SimulatedDevice(partsPerMillion: clock)
        device.flow(30)
        device.freeze(seconds)
        device.flow(20)
        // Up to one second waits in the reader's ring. Beyond that the reader drops it, and beyond two the server does.
        let reasons = device.record.discontinuities.map(\.reason)
        #expect(reasons == (seconds <= 1 ? [] : seconds <= 2 ? [.backlog] : [.backlog, .silent]))
        expectInvariants(device, losses: reasons.count)
    }

    @Test(arguments: clocks) func audioOfAFrozenServerIsLost(clock: Double) {
        var device = SimulatedDevice(partsPerMillion: clock)
        device.flow(30)
        for (index, seconds) in [0.2, 1.0, 5.0, 20.0].enumerated() {
            device.pause(seconds, keeping: 0)
            device.flow(15)
            expectInvariants(device, losses: index + 1)
        }
        #expect(
            device.record.states.map(\.state) == [.running] + [
                .stalled, .running, .stalled, .running, .stalled, .running,
            ])
        #expect(device.timeline.counters.silentLosses == 4)
    }

    @Test(arguments: clocks) func reportedLossesAreMeasured(clock: Double) {
        var device = SimulatedDevice(partsPerMillion: clock)
        device.flow(30)
        device.hole(frames: 5000)
        device.flow(10)
        device.overrun(0.8)
        device.flow(10)
        device.suspend(4)
        device.flow(10)
        expectInvariants(device, losses: 3)
        #expect(device.record.discontinuities.map(\.reason) == [.hole, .overrun, .suspended])
        // Audio from before the suspension doesn't end the stall.
        #expect(device.record.states.map(\.state).suffix(2) == [.stalled, .running])
        #expect(device.timeline.counters.overruns == 2)
    }

    @Test(arguments: clocks) func consecutiveLossesAddUp(clock: Double) {
        var device = SimulatedDevice(partsPerMillion: clock)
        device.flow(30)
        device.hole(frames: 3000)
        device.overrun(0.5)
        device.flow(0.005)
        device.hole(frames: 4000)
        device.flow(10)
        expectInvariants(device, losses: 1)
        // A dropped backlog, and an overrun before the next hop.
        device.freeze(1.5)
        device.overrun(0.3)
        device.flow(10)
        expectInvariants(device, losses: 3)
    }

    /// Each stream leaves an incomplete hop behind, which is lost.
    @Test func repeatedReopenKeepsEarlierLosses() {
        var device = SimulatedDevice()
        device.jitter = 0
        device.flow(10.003)
        device.reopen(after: 1, delivering: 400)
        device.reopen(after: 2, delivering: 300)
        device.reopen(after: 0.5)
        device.flow(10)
        expectInvariants(device, losses: 1)
        #expect(device.timeline.counters.reconnects == 3)
    }

    @Test(arguments: clocks) func lossCoversTheAbsenceOfTheSource(clock: Double) {
        var device = SimulatedDevice(partsPerMillion: clock)
        device.flow(20)
        for seconds in [0.5, 3, 60] {
            device.reopen(after: seconds)
            device.flow(20)
        }
        expectInvariants(device, losses: 3)
        #expect(device.record.states.map(\.state).filter { $0 == .running }.count == 4)
        #expect(!device.record.states.contains { $0.state == .stalled })
    }

    @Test(arguments: [(0.0, 0.02, false), (0.0, 0.2, true), (0.15, 0.02, false), (0.15, 0.2, false), (2.0, 0.06, true)])
    func movedStreamKeepsTime(losing seconds: Double, latency: Double, late: Bool) {
        var device = SimulatedDevice(partsPerMillion: 50)
        device.flow(30)
        device.move(losing: seconds, latency: latency, isReportedLate: late)
        device.flow(30)
        expectInvariants(device, losses: seconds > 0.1 ? 1 : 0)
        #expect(device.timeline.source.name == "other")
        #expect(device.record.states.last?.name == "other")
    }

    @Test(arguments: clocks) func wallClockStepsAreFollowed(clock: Double) {
        var device = SimulatedDevice(partsPerMillion: clock)
        device.flow(20)
        for step in [3600.0, -7200, 0.5, -0.02] {
            device.stepWallClock(by: step)
            device.flow(5)
        }
        expectInvariants(device, losses: 0)
    }

    @Test func skippedHopsCountAsLost() {
        var device = SimulatedDevice()
        device.flow(5)
        device.skipHops(40)
        device.flow(5)
        expectInvariants(device, losses: 1)
        #expect(device.timeline.counters.skippedHops == 40)
        #expect(device.timeline.counters.lostFrames == 40 * 512)
    }

    /// Notes that end because hops are skipped, and events of the first hop after them, have the right times.
    @Test func skippedHopsMoveNoTime() {
        // Without a clock, a hop was in the air when it arrived.
        var timeline = Timeline(SourceTraits(name: "pipe", isClocked: false, stallLimit: 0), now: 0)
        let hop: UInt64 = 11_609_977
        for count in 1...5 {
            _ = timeline.hop(framesBehind: 0, arrival: UInt64(count) * hop, unixOffset: 0)
        }
        let newest = timeline.airTime(of: timeline.sample - 1)
        for count in 6...15 {
            _ = timeline.hop(framesBehind: 0, arrival: UInt64(count) * hop, unixOffset: 0)
            timeline.skip()
            #expect(abs(timeline.airTime(of: timeline.sample - 1) - newest) < 0.001)
        }
        let first = timeline.hop(framesBehind: 0, arrival: 16 * hop, unixOffset: 0)
        let start = timeline.resume()
        #expect(start?.lostFrames == 5120)
        #expect(abs(timeline.airTime(of: timeline.sample - 1) - first.airTime) < 0.001)
        #expect(abs(first.airTime - newest - 11 * Double(hop) * 1e-9) < 0.001)
    }

    @Test func largeFragmentsDoNotFlap() {
        var device = SimulatedDevice(partsPerMillion: 100, fragment: 44_100)
        device.flow(600)
        // The limit adapts only after the first interval.
        #expect(device.record.states.count <= 3, "\(device.record.states.map(\.state))")
        expectInvariants(device, losses: 0)
    }

    /// All faults in random order, for hours.
    @Test(arguments: 0..<14) func randomFaultSequences(seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        var device = SimulatedDevice(seed: UInt64(seed) &+ 99, partsPerMillion: Self.clocks[seed % Self.clocks.count])
        device.flow(20)
        for _ in 0..<120 {
            let losses = device.record.discontinuities.count
            let lost = (Double(device.timeline.counters.lostFrames), device.trueLoss)
            let fault = Int.random(in: 0..<9, using: &random)
            let seconds = Double.random(in: 0.05...8, using: &random)
            switch fault {
            case 0: device.freeze(seconds * 3)
            case 1: device.pause(seconds, keeping: Double.random(in: 0...(seconds - 0.03), using: &random))
            case 2: device.pause(seconds, keeping: .infinity)
            case 3: device.suspend(seconds)
            case 4: device.overrun(seconds / 4)
            case 5: device.hole(frames: Int(seconds * 4000))
            case 6: device.reopen(after: seconds)
            case 7: device.stepWallClock(by: seconds - 4)
            default: device.skipHops(Int(seconds * 10))
            }
            device.flow(Double.random(in: 12...60, using: &random))
            let counted = Double(device.timeline.counters.lostFrames) - lost.0
            let allowed = Double(hopSize * max(1, device.record.discontinuities.count - losses))
            #expect(abs(counted - (device.trueLoss - lost.1)) <= allowed, "fault \(fault) of \(seconds) s")
        }
        #expect(device.record.faults.isEmpty)
        #expect(device.record.worstAirError < Self.airTolerance)
        let states = device.record.states.map(\.state)
        // No state is reported twice without a change.
        #expect(zip(device.record.states, device.record.states.dropFirst()).allSatisfy { $0 != $1 })
        #expect(states.last == .running)
    }
}
