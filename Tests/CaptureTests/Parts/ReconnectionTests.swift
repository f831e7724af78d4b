import Testing

@testable import Capture

@Suite struct ReconnectionTests {
    private let second: UInt64 = 1_000_000_000

    private func wait(_ action: Reconnection.Action) -> Double? {
        if case .wait(let nanoseconds) = action { Double(nanoseconds) * 1e-9 } else { nil }
    }

    @Test func firstAttemptIsImmediateAndSuccessStreams() {
        var machine = Reconnection(seed: 1)
        #expect(machine.action(at: 5) == .attempt)
        machine.handle(.opened, at: 5)
        #expect(machine.action(at: 6) == .stream)
    }

    @Test(arguments: [1, 2, 3, 99] as [UInt64])
    func backsOffFromATenthOfASecondToFiveSeconds(seed: UInt64) throws {
        var machine = Reconnection(seed: seed)
        var now: UInt64 = 0
        for expected in [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5, 5, 5, 5] {
            #expect(machine.action(at: now) == .attempt)
            machine.handle(.failed, at: now)
            let delay = try #require(wait(machine.action(at: now)))
            #expect(delay >= expected * 0.8 - 1e-6 && delay <= expected * 1.2 + 1e-6, "\(delay) for \(expected)")
            now += UInt64((delay * 1e9).rounded(.up))
        }
    }

    @Test func delaysAreRandomized() throws {
        let delays = try (0..<50).map { (seed: UInt64) in
            var machine = Reconnection(seed: seed)
            machine.handle(.failed, at: 0)
            return try #require(wait(machine.action(at: 0)))
        }
        #expect(Set(delays).count > 40)
    }

    @Test func lastingStreamResetsTheDelay() throws {
        var machine = Reconnection(seed: 7)
        for _ in 0..<6 { machine.handle(.failed, at: 0) }
        machine.handle(.opened, at: 10 * second)
        machine.handle(.delivered, at: 10 * second)
        machine.handle(.delivered, at: 13 * second)
        machine.handle(.lost, at: 13 * second)
        #expect(try #require(wait(machine.action(at: 13 * second))) <= 0.12)
    }

    @Test func flappingDeviceIsRetriedSlowly() throws {
        var machine = Reconnection(seed: 7)
        var now: UInt64 = 0
        for _ in 0..<8 {
            machine.handle(.opened, at: now)
            machine.handle(.delivered, at: now)
            machine.handle(.lost, at: now + second)
            now += second + UInt64((wait(machine.action(at: now + second)) ?? 0) * 1e9)
        }
        machine.handle(.opened, at: now)
        machine.handle(.lost, at: now)
        #expect(try #require(wait(machine.action(at: now))) >= 4)
    }
}
