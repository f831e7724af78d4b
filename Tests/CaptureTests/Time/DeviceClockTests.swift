import Basics
import Testing

@testable import Capture

/// A device that delivers fragments by its own clock, in virtual time.
private struct Simulation {
    var clock = DeviceClock(rate: 44_100, isClocked: true)
    var now = 5.0
    var random = SplitMix64(seed: 11)
    /// The ratio of the device's real rate to the declared one.
    var drift = 1.0
    /// Seconds of jitter in arrivals.
    var jitter = 0.004
    /// Detected losses, and when they were detected.
    var found: [(lost: Int64, at: Double)] = []

    mutating func arrive(_ frames: Int, at time: Double) {
        let lost = clock.arrived(frames: frames, at: UInt64(time * 1e9), latency: 0.01)
        if lost != 0 { found.append((lost, time)) }
    }

    /// Delivers regular fragments for `seconds`.
    mutating func flow(_ seconds: Double, fragment: Int = 441) {
        let end = now + seconds
        while now < end {
            now += Double(fragment) / 44_100 / drift
            arrive(fragment, at: now + jitter * Double.random(in: 0...1, using: &random))
        }
    }

    /// Delivers nothing for `seconds`, then a burst of fragments with all of the audio except `lost` seconds.
    mutating func freeze(_ seconds: Double, losing lost: Double) {
        now += seconds
        for _ in 0..<Int(((seconds - lost) * 100).rounded()) { arrive(441, at: now + 0.00001) }
    }
}

@Suite struct DeviceClockTests {
    @Test(arguments: [0.998, 0.999, 1, 1.001, 1.002])
    func driftIsNotALoss(drift: Double) {
        var simulation = Simulation()
        simulation.drift = drift
        simulation.flow(600)
        #expect(simulation.found.isEmpty, "\(simulation.found)")
    }

    @Test(arguments: [0.02, 0.05, 0.12])
    func jitterIsNotALoss(jitter: Double) {
        var simulation = Simulation()
        simulation.jitter = jitter
        simulation.flow(300)
        #expect(simulation.found.isEmpty, "\(simulation.found)")
    }

    @Test(arguments: [0.05, 0.3, 1, 4, 30])
    func lateBacklogIsNotALoss(seconds: Double) {
        var simulation = Simulation()
        simulation.flow(5)
        for _ in 0..<5 {
            simulation.freeze(seconds, losing: 0)
            simulation.flow(3)
        }
        #expect(simulation.found.isEmpty, "\(simulation.found)")
    }

    @Test func largeFragmentsAreNotALoss() {
        var simulation = Simulation()
        simulation.flow(60, fragment: 16_384)
        #expect(simulation.found.isEmpty, "\(simulation.found)")
    }

    @Test(arguments: [(0.06, 0.06), (1.0, 0.5), (4.0, 3.4), (20.0, 19.0)])
    func lossIsDetectedAndMeasured(frozen: Double, lost: Double) throws {
        for drift in [0.999, 1, 1.001] {
            var simulation = Simulation()
            simulation.drift = drift
            simulation.flow(7)
            simulation.freeze(frozen, losing: lost)
            let resumed = simulation.now
            simulation.flow(10)
            #expect(simulation.found.count == 1, "\(simulation.found)")
            let first = try #require(simulation.found.first)
            #expect(abs(Double(first.lost) / 44_100 - lost) < 0.012 + frozen * 0.0015, "\(first) for \(lost)")
            #expect(first.at - resumed < 0.8, "found after \(first.at - resumed) s")
        }
    }

    @Test func everyLossIsDetected() {
        var simulation = Simulation()
        simulation.flow(3)
        for _ in 0..<10 {
            simulation.freeze(1, losing: 0.5)
            simulation.flow(1.5)
        }
        #expect(simulation.found.count == 10, "\(simulation.found)")
    }

    @Test func reportedLossIsNotDetectedAgain() {
        var simulation = Simulation()
        simulation.flow(3)
        simulation.now += 2
        simulation.clock.lose(frames: 88_200)
        simulation.flow(5)
        #expect(simulation.found.isEmpty)
        simulation.now += 1
        let lost = simulation.clock.loseByClock(before: 441, at: UInt64((simulation.now + 0.01) * 1e9))
        #expect(abs(Double(lost) - 44_100) < 220)
        simulation.flow(5)
        #expect(simulation.found.isEmpty)
    }

    @Test func airTimeIsSmoothAndUnbiased() {
        var clock = DeviceClock(rate: 44_100, isClocked: true)
        var random = SplitMix64(seed: 3)
        var previous: Double?
        for hop in 1...2_000 {
            let time = 100 + Double(hop) * 512 / 44_100
            let late = Double.random(in: 0...0.01, using: &random)
            _ = clock.arrived(frames: 512, at: UInt64((time + late) * 1e9), latency: late)
            let air = clock.air(frame: Double(clock.position)).time
            if hop > 100 {
                #expect(abs(air - time) < 0.004)
                if let previous { #expect(abs(air - previous - 512.0 / 44_100) < 0.0005) }
            }
            previous = air
        }
    }

    /// The server claims ten seconds of latency for a while after it wasn't read. The air time must not change.
    @Test func claimsAfterAHiatusAreIgnored() {
        var clock = DeviceClock(rate: 44_100, isClocked: true)
        func air(_ hop: Int, claim: Double, delay: Double = 0) -> Double {
            let time = 100 + Double(hop) * 512 / 44_100
            _ = clock.arrived(frames: 512, at: UInt64((time + delay) * 1e9), latency: claim)
            return clock.air(frame: Double(clock.position)).time - time
        }
        for hop in 1...1000 { _ = air(hop, claim: 0.02) }
        for hop in 1001...1100 { _ = air(hop, claim: 10, delay: Double(1100 - hop) * 512 / 44_100) }
        for hop in 1101...1400 { #expect(abs(air(hop, claim: 10) + 0.02) < 0.001) }
    }

    /// A claim may be wrong for a while, but one that persists for minutes is adopted.
    @Test func latencyFollowsClaimsSlowly() {
        var clock = DeviceClock(rate: 44_100, isClocked: true)
        var air = 0.0
        for hop in 1...20_000 {
            let time = 100 + Double(hop) * 512 / 44_100
            _ = clock.arrived(frames: 512, at: UInt64(time * 1e9), latency: hop < 1000 ? 0.02 : 0.2)
            let now = clock.air(frame: Double(clock.position)).time - time
            if hop > 1 { #expect(abs(now - air) < 0.0015) }
            air = now
        }
        #expect(abs(air + 0.2) < 0.001)
    }

    /// The clock of an unclocked stream follows its arrivals at once, and detects no loss.
    @Test func unclockedStreamIsTimedByItsArrivals() {
        var clock = DeviceClock(rate: 44_100, isClocked: false)
        var now = 100.0
        for index in 0..<2000 {
            // A pipe that delivers at twenty times real time, pauses, and continues at half.
            now += index < 1000 ? 0.0005 : index == 1000 ? 60 : 0.02
            let lost = clock.arrived(frames: 441, at: UInt64(now * 1e9), latency: 0)
            #expect(lost == 0)
            #expect(abs(clock.air(frame: Double(clock.position)).time - now) <= DeviceClock.anchorTolerance + 1e-6)
        }
    }
}
