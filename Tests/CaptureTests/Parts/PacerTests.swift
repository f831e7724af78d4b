import Testing

@testable import Capture

@Suite struct PacerTests {
    private static let period = 441

    /// Reads a device for `seconds`. Returns the number of frames read, and how often the device was throttled.
    private func read(
        _ pacer: inout Pacer, for seconds: Double, from start: Double = 0, available: (Double) -> Int
    ) -> (frames: Int, throttled: Int) {
        var (frames, throttled) = (0, 0)
        for tick in 0..<Int(seconds * 100) {
            let time = start + Double(tick) * 0.01
            let now = UInt64(time * 1e9)
            guard pacer.mayRead(at: now) else {
                throttled += 1
                continue
            }
            let count = max(0, available(time) - frames)
            frames += count
            pacer.delivered(count, at: now)
        }
        return (frames, throttled)
    }

    /// For a day at 0.01%, and for an hour at 1% and 5%.
    @Test(arguments: [1.0001, 1.01, 1.05]) func fastCardIsNeverThrottled(speed: Double) {
        var pacer = Pacer(rate: 44_100, buffer: 44_100, isUnclocked: false, at: 0)
        let (_, throttled) = read(&pacer, for: speed < 1.001 ? 86_400 : 3600) { Int($0 * 44_100 * speed) }
        #expect(throttled == 0)
    }

    @Test(arguments: [true, false]) func unclockedDeviceRunsInRealTime(isKnown: Bool) {
        var pacer = Pacer(rate: 44_100, buffer: 44_100, isUnclocked: isKnown, at: 0)
        var frames = 0
        var throttled = 0
        for tick in 0..<6000 {
            let now = UInt64(tick) * 10_000_000
            // The device always has audio.
            while pacer.mayRead(at: now), frames < 1_000_000_000 {
                frames += Self.period
                pacer.delivered(Self.period, at: now)
            }
            throttled += 1
        }
        #expect(abs(Double(frames) / 44_100 - 60) < (isKnown ? 0.2 : 2))
        #expect(throttled == 6000)
    }

    /// A backlog after a freeze looks like an unclocked device, but only temporarily.
    @Test func backlogDoesNotThrottlePermanently() {
        var pacer = Pacer(rate: 44_100, buffer: 22_050, isUnclocked: false, at: 0)
        _ = read(&pacer, for: 5) { Int($0 * 44_100) }
        pacer.delivered(3 * 44_100, at: 5_010_000_000)
        _ = read(&pacer, for: 20, from: 6) { Int(($0 - 6) * 44_100) }
        let (_, throttled) = read(&pacer, for: 7200, from: 30) { Int(($0 - 30) * 44_100 * 1.0001) }
        #expect(throttled == 0)
    }
}
