import Foundation
import Sound
import Testing

/// Resamples a whole signal in blocks.
private func resample(
    _ input: [Float], from rate: Double, quality: Resampler.Quality = .file, block: Int = 441
) throws -> [Float] {
    var resampler = try Resampler(inputRate: rate, quality: quality)
    var output: [Float] = []
    var buffer = [Float](repeating: 0, count: resampler.outputCapacity(forInput: block))
    var start = 0
    while start < input.count {
        let piece = Array(input[start..<min(input.count, start + block)])
        var span = buffer.mutableSpan
        let (consumed, produced) = resampler.process(piece.span, into: &span)
        #expect(consumed == piece.count)
        start += consumed
        output += buffer[..<produced]
    }
    while true {
        var span = buffer.mutableSpan
        let produced = resampler.finish(into: &span)
        if produced == 0 { return output }
        output += buffer[..<produced]
    }
}

private func sine(_ frequency: Double, rate: Double, count: Int) -> [Float] {
    (0..<count).map { Float(0.5 * sin(2 * .pi * frequency * Double($0) / rate)) }
}

@Suite struct ResamplerTests {
    /// Compares with the analytic sine, away from the ends, where the band-limited onset rings.
    @Test(arguments: [8_000.0, 11_025, 16_000, 22_050, 32_000, 48_000, 88_200, 96_000, 192_000])
    func matchesAnalyticSine(rate: Double) throws {
        for quality in [Resampler.Quality.file, .live] {
            let output = try resample(sine(997, rate: rate, count: Int(rate)), from: rate, quality: quality)
            #expect(abs(output.count - 44_100) <= 1)
            let expected = sine(997, rate: 44_100, count: 44_100)
            let worst = (4_410..<39_690).map { abs(output[$0] - expected[$0]) }.max() ?? 1
            #expect(worst < (quality == .file ? 2e-5 : 2e-4))
        }
    }

    @Test func equalRatesPassThrough() throws {
        let input = sine(440, rate: 44_100, count: 1_000)
        #expect(try resample(input, from: 44_100) == input)
        #expect(try Resampler(inputRate: 44_100).isPassThrough)
    }

    @Test func suppressesAliasing() throws {
        let output = try resample(sine(30_000, rate: 96_000, count: 96_000), from: 96_000)
        let worst = output[4_410..<39_690].map(abs).max() ?? 1
        #expect(worst < 1e-4)
    }

    @Test func blockSizeDoesNotMatter() throws {
        let input = sine(1_234, rate: 48_000, count: 20_000)
        #expect(try resample(input, from: 48_000, block: 7) == resample(input, from: 48_000, block: 5_000))
    }

    /// Checks the latency stated in the documentation of `Quality.live`.
    @Test func liveQualityMeetsItsLatency() throws {
        var resampler = try Resampler(inputRate: 48_000, quality: .live)
        var buffer = [Float](repeating: 0, count: resampler.outputCapacity(forInput: 480))
        let block = [Float](repeating: 0, count: 480)
        var produced = 0
        var worst = 0.0
        for index in 1...200 {
            var span = buffer.mutableSpan
            produced += resampler.process(block.span, into: &span).produced
            worst = max(worst, Double(index) * 0.01 - Double(produced) / 44_100)
        }
        #expect(worst < 0.0025)
    }

    @Test func resetDiscardsSamples() throws {
        var resampler = try Resampler(inputRate: 48_000)
        var buffer = [Float](repeating: 0, count: resampler.outputCapacity(forInput: 4_800))
        let loud = [Float](repeating: 1, count: 4_800)
        let silent = [Float](repeating: 0, count: 4_800)
        var span = buffer.mutableSpan
        _ = resampler.process(loud.span, into: &span)
        resampler.reset()
        let produced = resampler.process(silent.span, into: &span).produced
        #expect(buffer[..<produced].allSatisfy { $0 == 0 })
    }

    @Test(arguments: [0.0, -44_100, .nan, .infinity, 12, 1e9])
    func rejectsUnsupportedRates(rate: Double) {
        #expect(throws: SoundError.self) { _ = try Resampler(inputRate: rate) }
    }
}
