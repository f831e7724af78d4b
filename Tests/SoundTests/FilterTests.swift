import Foundation
import Sound
import Testing

private func noise(_ count: Int, seed: UInt64) -> [Float] {
    var state = seed
    return (0..<count).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Float(state >> 40) / Float(1 << 24) - 0.5
    }
}

@Suite struct FilterTests {
    @Test(arguments: [2, 3, 8, 100, 101, 256, 1_024])
    func transformMatchesTheDirectDFT(size: Int) throws {
        let transform = try FourierTransform(size: size)
        let samples = noise(size, seed: 1)
        for index in 0..<size { transform.samples[index] = samples[index] }
        transform.forward()
        for bin in [0, 1, size / 2] {
            var (real, imaginary) = (0.0, 0.0)
            for (index, sample) in samples.enumerated() {
                let angle = -2 * Double.pi * Double(bin * index) / Double(size)
                real += Double(sample) * cos(angle)
                imaginary += Double(sample) * sin(angle)
            }
            #expect(abs(Double(transform.spectrum[2 * bin]) - real) < 1e-4)
            #expect(abs(Double(transform.spectrum[2 * bin + 1]) - imaginary) < 1e-4)
        }
        transform.inverse()
        #expect(zip(transform.samples, samples).allSatisfy { abs($0 - $1) < 1e-6 })
    }

    @Test(arguments: [0, 1, -4, 1 << 25])
    func transformRejectsInvalidSizes(size: Int) {
        #expect(throws: SoundError.self) { _ = try FourierTransform(size: size) }
    }

    @Test(arguments: [(1, 1), (5, 1), (1_000, 7), (1_000, 300), (300, 1_000), (2_000, 129)])
    func convolverMatchesDirectConvolution(length: Int, taps: Int) throws {
        let signal = noise(length, seed: 2)
        let response = noise(taps, seed: 3)
        var expected = [Double](repeating: 0, count: length + taps - 1)
        for (i, sample) in signal.enumerated() {
            for (j, tap) in response.enumerated() { expected[i + j] += Double(sample) * Double(tap) }
        }
        let result = try Convolver.convolve(signal, with: response, withTail: true)
        #expect(result.count == expected.count)
        #expect(zip(result, expected).allSatisfy { abs(Double($0) - $1) < 1e-5 })
        #expect(try Convolver.convolve(signal, with: response).count == length)
    }

    @Test func streamedConvolutionMatchesWholeSignal() throws {
        let signal = noise(5_000, seed: 4)
        let response = noise(200, seed: 5)
        let whole = try Convolver.convolve(signal, with: response)
        var convolver = try Convolver(impulseResponse: response.span)
        var pieces: [Float] = []
        var block = [Float](repeating: 0, count: 1_000)
        var start = 0
        // Blocks both shorter and longer than the response and the transform.
        for size in [1, 17, 150, 300, 57, 1_000].cycled(times: 100) where start < signal.count {
            let end = min(signal.count, start + size)
            var span = block.mutableSpan
            let count = convolver.process(signal.span.extracting(start..<end), into: &span)
            #expect(count == min(end - start, convolver.maximumBlock))
            pieces += block[..<count]
            start += count
        }
        #expect(pieces.count == whole.count)
        #expect(zip(pieces, whole).allSatisfy { abs($0 - $1) < 1e-5 })
    }

    @Test func convolverRejectsAnEmptyResponse() {
        let empty: [Float] = []
        #expect(throws: SoundError.self) { _ = try Convolver.convolve([1], with: empty) }
    }

    /// A filter's gain in dB at a frequency, measured with a sine.
    private func gain(_ filter: Biquad, at frequency: Double) -> Double {
        var filter = filter
        var samples = (0..<44_100).map { Float(sin(2 * .pi * frequency * Double($0) / 44_100)) }
        var span = samples.mutableSpan
        filter.process(&span)
        let power = samples[22_050...].reduce(0.0) { $0 + Double($1 * $1) } / 22_050
        return 10 * log10(max(power, 1e-12) * 2)
    }

    @Test func biquadGainsMatchTheirDesign() {
        let low = Biquad.lowPass(frequency: 1_000, rate: 44_100)
        #expect(abs(gain(low, at: 1_000) + 3.01) < 0.05)
        #expect(abs(gain(low, at: 50)) < 0.05)
        #expect(gain(low, at: 8_000) < -34)
        let high = Biquad.highPass(frequency: 1_000, rate: 44_100)
        #expect(abs(gain(high, at: 1_000) + 3.01) < 0.05)
        #expect(gain(high, at: 100) < -38)
        let peak = Biquad.peak(frequency: 2_000, gain: 6, quality: 1, rate: 44_100)
        #expect(abs(gain(peak, at: 2_000) - 6) < 0.05)
        #expect(abs(gain(peak, at: 50)) < 0.05)
        let lowShelf = Biquad.lowShelf(frequency: 500, gain: -8, rate: 44_100)
        #expect(abs(gain(lowShelf, at: 20) + 8) < 0.1)
        #expect(abs(gain(lowShelf, at: 10_000)) < 0.1)
        let highShelf = Biquad.highShelf(frequency: 2_000, gain: 5, rate: 44_100)
        #expect(abs(gain(highShelf, at: 18_000) - 5) < 0.1)
        #expect(abs(gain(highShelf, at: 50)) < 0.1)
    }
}

extension Array {
    fileprivate func cycled(times: Int) -> [Element] { (0..<times).flatMap { _ in self } }
}
