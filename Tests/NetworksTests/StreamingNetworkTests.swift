import Basics
import Foundation
import Testing

@testable import Networks

/// Streaming must equal whole-window evaluation. Tolerance: 1e-5 of the largest output, as the design requires.
struct StreamingNetworkTests {
    static let tolerance: Float = 1e-5

    /// Music-like audio with silence and with loud and soft passages, to exercise level conditioning.
    static func audio(count: Int) -> [Float] {
        var random = SystemRandomNumberGenerator.seeded(3)
        return (0..<count).map { index in
            let time = Double(index) / 44100
            let loudness = index / 9000 % 3 == 0 ? 0.0 : pow(10, -2 + 2 * abs(sin(time * 1.7)))
            let tone = sin(2 * .pi * 220 * time) + 0.5 * sin(2 * .pi * 554.37 * time) + 0.2 * sin(2 * .pi * 1760 * time)
            return Float(loudness * 0.3 * tone) + Float.random(in: -0.001...0.001, using: &random)
        }
    }

    static let architectures: [Architecture] = [
        .paper(stride: 64, filters: 48, heads: [.sounding, .onset], bias: true, logistic: true),
        .paper(stride: 64, filters: 20, conditioning: nil),
        .paper(stride: 8, filters: 12),
        Architecture(
            conditioning: LevelConditioning(),
            layers: [
                .convolution(filters: 10, width: 1024, stride: 32), .logReLU, .averagePool(width: 24, step: 8),
                .linear(outputs: 40, bias: true), .relu, .linear(outputs: 128, bias: true), .logistic,
            ], heads: [.sounding]),
        Architecture(
            conditioning: nil, normalizesWindow: true,
            layers: [
                .convolution(filters: 8, width: 2048, stride: 64), .logReLU, .averagePool(width: 16, step: 8),
                .linear(outputs: 128, bias: false),
            ], heads: [.sounding]),
        Architecture(
            conditioning: LevelConditioning(),
            layers: [
                .fourier(width: 1024, stride: 3072, taper: .hann), .pairs(by: .power), .logReLU,
                .linear(outputs: 128, bias: true),
            ], heads: [.sounding]),
        Architecture(
            conditioning: nil,
            layers: [
                .convolution(filters: 12, width: 16384, stride: 1), .logReLU, .linear(outputs: 30, bias: false), .relu,
                .linear(outputs: 128, bias: true),
            ], heads: [.sounding]),
        grid(centre: 4096), grid(centre: 6800),
    ]

    /// A small network of convolutions on log-frequency filters, with padding, strides and steps of every kind.
    static func grid(centre: Int) -> Architecture {
        let bank = FilterBank(
            bands: 90, bandsPerOctave: 24, lowestHz: 110, segment: 8192, centre: centre,
            resolutions: [
                .init(periods: 20, shortest: 512, longest: 8192), .init(periods: 6, shortest: 256, longest: 2048),
            ])
        return Architecture(
            conditioning: LevelConditioning(),
            layers: [
                .bank(bank), .harmonics(shifts: [-24, 0, 24, 38], bands: 60),
                .grid(GridConvolution(maps: 6, time: 1, bands: 5)), .relu,
                .grid(GridConvolution(maps: 34, time: 3, bands: 3, timeStep: 2, bandStride: 2)), .relu,
                .grid(GridConvolution(maps: 9, time: 1, bands: 3, bandStep: 12)),
                .grid(GridConvolution(maps: 5, time: 4, bands: 2, timeStep: 4)), .relu,
                .grid(GridConvolution(maps: 2, time: 1, bands: 1)), .notes(lowest: 45), .logistic,
            ], heads: [.sounding, .onset])
    }

    @Test(arguments: architectures)
    func matchesWholeWindow(_ architecture: Architecture) throws {
        let model = try Model.random(architecture, seed: 5)
        let stream = try StreamingNetwork(model: model)
        let whole = try WindowNetwork(model: model)
        let hops = 100
        let hop = model.info.hop
        let samples = Self.audio(count: hops * hop)
        var conditioned = samples
        if let conditioning = architecture.conditioning {
            var conditioner = LevelConditioner(conditioning, hop: hop, sampleRate: model.info.sampleRate)
            for start in stride(from: 0, to: samples.count, by: hop) {
                var part = Array(samples[start..<start + hop])
                var span = part.mutableSpan
                conditioner.process(&span)
                conditioned.replaceSubrange(start..<start + hop, with: part)
            }
        }
        let padded = [Float](repeating: 0, count: model.info.window) + conditioned
        var streamed = [Float](repeating: 0, count: stream.outputCount)
        var expected = streamed
        var largest: Float = 0
        var worst: Float = 0
        for index in 0..<hops {
            let start = index * hop
            var output = streamed.mutableSpan
            stream.process(samples.span.extracting(start..<start + hop), into: &output)
            var reference = expected.mutableSpan
            let end = start + hop + model.info.window
            whole.evaluate(padded.span.extracting(end - model.info.window..<end), into: &reference)
            for (a, b) in zip(streamed, expected) {
                largest = max(largest, abs(b))
                worst = max(worst, abs(a - b))
            }
        }
        #expect(largest > 0.01)
        #expect(worst <= Self.tolerance * largest, "error \(worst) for a maximum of \(largest)")
    }

    /// Batches of any size give the same output as the stream.
    @Test(arguments: architectures)
    func batchesMatchStream(_ architecture: Architecture) throws {
        let model = try Model.random(architecture, seed: 6)
        let stream = try StreamingNetwork(model: model)
        let batch = try BatchNetwork(model: model, capacity: 12)
        let hop = model.info.hop
        var samples = Self.audio(count: 90 * hop)
        samples[3000] = .nan
        for round in 0..<2 {
            var start = 0
            var sizes = [12, 1, 7, 2, 12, 5, 11, 12, 12, 3, 13].makeIterator()
            var worst: Float = 0
            var largest: Float = 0
            while let size = sizes.next().map({ min($0, batch.capacity) }), start + size * hop <= samples.count {
                var outputs = [Float](repeating: 0, count: size * batch.outputCount)
                var span = outputs.mutableSpan
                batch.process(samples.span.extracting(start..<start + size * hop), into: &span)
                for index in 0..<size {
                    var expected = [Float](repeating: 0, count: stream.outputCount)
                    var one = expected.mutableSpan
                    stream.process(samples.span.extracting(start..<start + hop), into: &one)
                    for (a, b) in zip(outputs[index * batch.outputCount..<(index + 1) * batch.outputCount], expected) {
                        worst = max(worst, abs(a - b))
                        largest = max(largest, abs(b))
                    }
                    start += hop
                }
            }
            #expect(largest > 0.01)
            #expect(worst <= Self.tolerance * largest, "round \(round): error \(worst) for a maximum of \(largest)")
            batch.reset()
            stream.reset()
        }
    }

    @Test func resetRestoresInitialState() throws {
        let model = try Model.random(.paper(stride: 64, filters: 16), seed: 2)
        let stream = try StreamingNetwork(model: model)
        let samples = Self.audio(count: 60 * 512)
        func outputs() -> [Float] {
            var result: [Float] = []
            var output = [Float](repeating: 0, count: stream.outputCount)
            for start in stride(from: 0, to: samples.count, by: 512) {
                var span = output.mutableSpan
                stream.process(samples.span.extracting(start..<start + 512), into: &span)
                result += output
            }
            return result
        }
        let first = outputs()
        stream.reset()
        #expect(outputs() == first)
    }

    @Test func nonFiniteSamplesCountAsSilence() throws {
        let model = try Model.random(.paper(stride: 64, filters: 16), seed: 2)
        let clean = try StreamingNetwork(model: model)
        let damaged = try StreamingNetwork(model: model)
        var samples = Self.audio(count: 40 * 512)
        for index in [700, 5000, 5001] { samples[index] = 0 }
        var broken = samples
        broken[700] = .nan
        broken[5000] = .infinity
        broken[5001] = -.infinity
        var a = [Float](repeating: 0, count: 128)
        var b = a
        for start in stride(from: 0, to: samples.count, by: 512) {
            var first = a.mutableSpan
            clean.process(samples.span.extracting(start..<start + 512), into: &first)
            var second = b.mutableSpan
            damaged.process(broken.span.extracting(start..<start + 512), into: &second)
            #expect(a == b)
        }
    }
}

extension SystemRandomNumberGenerator {
    static func seeded(_ seed: UInt64) -> SplitMix64 { SplitMix64(seed: seed) }
}
