import Foundation
import Testing

@testable import Networks

/// Compares spectrogram layers with their definition (section 4.3 of the paper) in double precision.
struct FixedSpectrumTests {
    @Test(arguments: [Taper.rectangular, .hann], [PairRule.power, .absolute])
    func matchesDefinition(taper: Taper, rule: PairRule) throws {
        let (width, stride, window) = (32, 7, 96)
        let architecture = Architecture(
            conditioning: nil,
            layers: [
                .fourier(width: width, stride: stride, taper: taper), .pairs(by: rule), .logReLU,
                .linear(outputs: 128, bias: false),
            ], heads: [.sounding])
        let positions = (window - width) / stride + 1
        let features = positions * width / 2
        var random = SystemRandomNumberGenerator.seeded(4)
        let weights = (0..<128 * features).map { _ in Float.random(in: -1...1, using: &random) }
        let samples = (0..<window).map { _ in Float.random(in: -1...1, using: &random) }
        let model = try Model(
            info: ModelInfo(name: "test", architecture: architecture, window: window, hop: 16, labelOffset: 48),
            tensors: ["layers.3.weight": Tensor(shape: [128, features], values: weights)])

        var expected: [Double] = []
        for position in 0..<positions {
            for bin in 0..<width / 2 {
                var (cosine, sine) = (0.0, 0.0)
                for index in 0..<width {
                    let sample = Double(samples[position * stride + index]) * taper.factor(index, of: width)
                    let angle = 2 * Double.pi * Double(bin * index) / Double(width)
                    cosine += cos(angle) * sample
                    sine += sin(angle) * sample
                }
                let joined = rule == .power ? cosine * cosine + sine * sine : abs(cosine) + abs(sine)
                expected.append(log(1 + joined))
            }
        }
        var output = [Float](repeating: 0, count: 128)
        var span = output.mutableSpan
        try WindowNetwork(model: model).evaluate(samples.span, into: &span)
        for (note, value) in output.enumerated() {
            let sum = expected.indices.reduce(0.0) { $0 + expected[$1] * Double(weights[note * features + $1]) }
            #expect(abs(Double(value) - sum) < 1e-4, "output \(note)")
        }
    }

    @Test func layersSurviveModelFileRoundTrip() throws {
        let layers: [Layer] = [
            .fourier(width: 64, stride: 2, taper: .hann), .pairs(by: .absolute), .linear(outputs: 128, bias: false),
        ]
        let data = try JSONEncoder().encode(layers)
        #expect(try JSONDecoder().decode([Layer].self, from: data) == layers)
    }

    @Test(arguments: [
        [Layer.fourier(width: 33, stride: 1, taper: .hann)], [.fourier(width: 64, stride: 0, taper: .hann)],
        [.fourier(width: 64, stride: 1, taper: .hann), .fourier(width: 64, stride: 1, taper: .hann)],
        [.convolution(filters: 3, width: 8, stride: 1), .pairs(by: .power)],
    ])
    func mismatchedLayersAreRejected(_ layers: [Layer]) {
        let architecture = Architecture(
            conditioning: nil, layers: layers + [.linear(outputs: 128, bias: false)], heads: [.sounding])
        #expect(throws: ModelError.self) { try architecture.shapes(window: 4096) }
    }
}
