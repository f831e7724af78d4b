import Basics
import Testing

@testable import Capture

/// A device that delivers fragments by a clock of its own, on simulated time.
private struct Simulation {
    var detector = LossDetector(rate: 44_100)
    var now = 5.0
    var random = SplitMix64(seed: 11)
    /// The device's rate against the one it promises.
    var drift = 1.0
    /// Seconds of jitter in arrivals.
    var jitter = 0.004
    /// What was found, and when.
    var found: [(lost: Int64, at: Double)] = []

    mutating func arrive(_ frames: Int, at time: Double) {
        let lost = detector.arrived(frames: frames, at: UInt64(time * 1e9))
        if lost != 0 { found.append((lost, time)) }
    }

    /// So many seconds of fragments as they should be.
    mutating func flow(_ seconds: Double, fragment: Int = 441) {
        let end = now + seconds
        while now < end {
            now += Double(fragment) / 44_100 / drift
            arrive(fragment, at: now + jitter * Double.random(in: 0...1, using: &random))
        }
    }

    /// Nothing arrives; then all of it in one burst of fragments, less what is lost.
    mutating func freeze(_ seconds: Double, losing lost: Double) {
        now += seconds
        for _ in 0..<Int(((seconds - lost) * 100).rounded()) { arrive(441, at: now + 0.00001) }
    }
}

@Suite struct LossDetectorTests {
    @Test(arguments: [0.998, 0.999, 1, 1.001, 1.002])
    func isNotFooledByADriftingClock(drift: Double) {
        var simulation = Simulation()
        simulation.drift = drift
        simulation.flow(600)
        #expect(simulation.found.isEmpty, "\(simulation.found)")
    }

    @Test(arguments: [0.02, 0.05, 0.12])
    func isNotFooledByJitter(jitter: Double) {
        var simulation = Simulation()
        simulation.jitter = jitter
        simulation.flow(300)
        #expect(simulation.found.isEmpty, "\(simulation.found)")
    }

    @Test(arguments: [0.05, 0.3, 1, 4, 30])
    func isNotFooledByABacklogThatComesInABurst(seconds: Double) {
        var simulation = Simulation()
        simulation.flow(5)
        for _ in 0..<5 {
            simulation.freeze(seconds, losing: 0)
            simulation.flow(3)
        }
        #expect(simulation.found.isEmpty, "\(simulation.found)")
    }

    @Test func isNotFooledByLargeFragments() {
        var simulation = Simulation()
        simulation.flow(60, fragment: 16_384)
        #expect(simulation.found.isEmpty, "\(simulation.found)")
    }

    @Test(arguments: [(0.06, 0.06), (1.0, 0.5), (4.0, 3.4), (20.0, 19.0)])
    func findsWhatIsLostAndHowMuch(frozen: Double, lost: Double) throws {
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

    @Test func findsEachOfSeveralLosses() {
        var simulation = Simulation()
        simulation.flow(3)
        for _ in 0..<10 {
            simulation.freeze(1, losing: 0.5)
            simulation.flow(1.5)
        }
        #expect(simulation.found.count == 10, "\(simulation.found)")
    }

    @Test func forgetsOnReset() {
        var simulation = Simulation()
        simulation.flow(3)
        simulation.freeze(2, losing: 2)
        simulation.detector.reset()
        simulation.flow(5)
        #expect(simulation.found.isEmpty)
    }
}

@Suite struct AirClockTests {
    @Test func smoothsJitterAndKeepsTheMean() {
        var clock = AirClock()
        var random = SplitMix64(seed: 3)
        var previous: Double?
        for hop in 0..<2_000 {
            let position = Double(hop) * 512 / 44_100
            let time = clock.time(at: position, raw: 1e9 + position + Double.random(in: -0.005...0.005, using: &random))
            if hop > 100 {
                #expect(abs(time - position - 1e9) < 0.002)
                if let previous { #expect(abs(time - previous - 512.0 / 44_100) < 0.0005) }
            }
            previous = time
        }
    }

    @Test func followsADriftAndBelievesAJump() {
        var clock = AirClock()
        var time = 0.0
        for hop in 0..<5_000 {
            let position = Double(hop) * 512 / 44_100
            time = clock.time(at: position, raw: position * 1.001)
            #expect(abs(time - position * 1.001) < 0.004)
        }
        let position = 5_000.0 * 512 / 44_100
        time = clock.time(at: position, raw: position + 100)
        #expect(abs(time - position - 100) < 1e-6)
    }
}
