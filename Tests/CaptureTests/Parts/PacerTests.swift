import Testing

@testable import Capture

@Suite struct PacerTests {
    private static let period = 441

    /// Reads a device for so many seconds; returns the frames that were read, and how often it was held back.
    private func read(
        _ pacer: inout Pacer, for seconds: Double, from start: Double = 0, available: (Double) -> Int
    ) -> (frames: Int, held: Int) {
        var (frames, held) = (0, 0)
        for tick in 0..<Int(seconds * 100) {
            let time = start + Double(tick) * 0.01
            let now = UInt64(time * 1e9)
            guard pacer.mayRead(at: now) else {
                held += 1
                continue
            }
            let count = max(0, available(time) - frames)
            frames += count
            pacer.delivered(count, at: now)
        }
        return (frames, held)
    }

    /// At 0.01% as at 5%, for a day and an hour: a clock is a clock.
    @Test(arguments: [1.0001, 1.01, 1.05]) func aFastCardIsNeverHeldBack(speed: Double) {
        var pacer = Pacer(rate: 44_100, buffer: 44_100, isUnclocked: false, at: 0)
        let (_, held) = read(&pacer, for: speed < 1.001 ? 86_400 : 3600) { Int($0 * 44_100 * speed) }
        #expect(held == 0)
    }

    @Test(arguments: [true, false]) func aDeviceWithoutAClockRunsInRealTime(isKnown: Bool) {
        var pacer = Pacer(rate: 44_100, buffer: 44_100, isUnclocked: isKnown, at: 0)
        var frames = 0
        var held = 0
        for tick in 0..<6000 {
            let now = UInt64(tick) * 10_000_000
            // Whatever is asked for is there.
            while pacer.mayRead(at: now), frames < 1_000_000_000 {
                frames += Self.period
                pacer.delivered(Self.period, at: now)
            }
            held += 1
        }
        #expect(abs(Double(frames) / 44_100 - 60) < (isKnown ? 0.2 : 2))
        #expect(held == 6000)
    }

    /// A backlog after a freeze looks like a device without a clock, but only for a moment.
    @Test func aBacklogIsForgiven() {
        var pacer = Pacer(rate: 44_100, buffer: 22_050, isUnclocked: false, at: 0)
        _ = read(&pacer, for: 5) { Int($0 * 44_100) }
        pacer.delivered(3 * 44_100, at: 5_010_000_000)
        _ = read(&pacer, for: 20, from: 6) { Int(($0 - 6) * 44_100) }
        let (_, held) = read(&pacer, for: 7200, from: 30) { Int(($0 - 30) * 44_100 * 1.0001) }
        #expect(held == 0)
    }
}
