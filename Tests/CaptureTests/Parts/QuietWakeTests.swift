import Basics
import Testing

@testable import Capture

@Suite struct QuietWakeTests {
    private static func wakes(
        _ wake: inout QuietWake, _ samples: ArraySlice<Float>, power: Float
    ) -> Bool {
        Array(samples).withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return false }
            return wake.wakes(for: base, count: samples.count, restingBelow: power)
        }
    }

    @Test func aReaderThatDoesNotRestIsAlwaysWoken() {
        var wake = QuietWake(StreamFormat(checked: .f32le, rate: 44_100, channels: 1))
        for _ in 0..<20 { #expect(Self.wakes(&wake, [Float](repeating: 0, count: 441)[...], power: 0)) }
    }

    @Test func silenceWakesElevenTimesASecond() {
        var wake = QuietWake(StreamFormat(checked: .f32le, rate: 44_100, channels: 1))
        let silence = [Float](repeating: 0, count: 441)[...]
        let count = (0..<100).count { _ in Self.wakes(&wake, silence, power: 1e-7) }
        #expect((9...11).contains(count))
    }

    /// Whatever the fragments, a hop that reaches the power wakes the reader no later than with its last frame.
    @Test(arguments: [17, 441, 512, 882, 4000], [UInt64(1), 2, 3, 4])
    func everyLoudHopWakes(fragment: Int, seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let power: Float = 1e-6
        for start in stride(from: 0, to: 3000, by: 100) {
            var samples = [Float](repeating: 0, count: 12_000)
            let first = 5000 + start
            // A hop of that power, all of it in a few samples or spread evenly.
            let spread = Int.random(in: 1...hopSize, using: &random)
            let value = (power * Float(hopSize) / Float(spread)).squareRoot()
            for index in first..<first + spread { samples[index] = value }
            var wake = QuietWake(StreamFormat(checked: .f32le, rate: 44_100, channels: 1))
            var isWoken = false
            for from in stride(from: 0, to: samples.count, by: fragment) {
                let to = min(from + fragment, samples.count)
                let woken = Self.wakes(&wake, samples[from..<to], power: power)
                if woken, to > first { isWoken = true }
                if to >= first + hopSize { break }
            }
            #expect(isWoken, "a hop at \(first) in fragments of \(fragment)")
        }
    }

    @Test func nonFiniteSamplesWake() {
        var wake = QuietWake(StreamFormat(checked: .f32le, rate: 44_100, channels: 1))
        #expect(Self.wakes(&wake, [0, .nan, 0], power: 1))
    }

    @Test(arguments: [SampleFormat.s16le, .s32le], [1, 2])
    func readsIntegers(format: SampleFormat, channels: Int) {
        var wake = QuietWake(StreamFormat(checked: format, rate: 48_000, channels: channels))
        let frames = 480
        var bytes = [UInt8](repeating: 0, count: frames * channels * format.bytes)
        #expect(!bytes.withUnsafeBytes { wake.wakes(for: $0.baseAddress!, count: frames, restingBelow: 1e-6) })
        // The most significant byte of one channel: 1/128 of full scale.
        for frame in 0..<frames { bytes[(frame * channels + 1) * format.bytes - 1] = 1 }
        #expect(bytes.withUnsafeBytes { wake.wakes(for: $0.baseAddress!, count: frames, restingBelow: 1e-6) })
    }

    @Test func rareFormatsAlwaysWake() {
        var wake = QuietWake(StreamFormat(checked: .s24be, rate: 44_100, channels: 1))
        let bytes = [UInt8](repeating: 0, count: 300)
        #expect(bytes.withUnsafeBytes { wake.wakes(for: $0.baseAddress!, count: 100, restingBelow: 1) })
    }
}
