import Basics
import Networks
import Testing
import Training

@testable import Teaching

/// Fine-tuning of networks with convolutions over time and frequency.
struct GridFineTuningTests {
    private static let window = 2048 + 12 * 64
    private static let architecture = Architecture(
        conditioning: nil,
        layers: [
            .bank(
                FilterBank(
                    bands: 70, bandsPerOctave: 24, lowestHz: 220, segment: 2048, stride: 64, centre: 1024,
                    resolutions: [
                        .init(periods: 10, shortest: 256, longest: 2048),
                        .init(periods: 4, shortest: 128, longest: 512),
                    ])),
            .harmonics(shifts: [0, 24], bands: 48),
            .grid(GridConvolution(maps: 6, time: 1, bands: 5)), .relu,
            .grid(GridConvolution(maps: 8, time: 3, bands: 3, timeStep: 2, bandStride: 2)), .relu,
            .grid(GridConvolution(maps: 7, time: 1, bands: 3, bandStep: 12)),
            .grid(GridConvolution(maps: 5, time: 3, bands: 3, timeStep: 4)), .relu,
            .grid(GridConvolution(maps: 2, time: 1, bands: 1)), .notes(lowest: 45),
        ], heads: [.sounding, .onset])

    private static func model() throws -> Model {
        var random = SplitMix64(seed: 5)
        var tensors: [String: Tensor] = [:]
        for (name, shape) in try architecture.tensorShapes(window: window) {
            tensors[name] = Tensor(
                shape: shape, values: (0..<shape.reduce(1, *)).map { _ in 0.1 * random.gaussian() })
        }
        let info = ModelInfo(
            name: "test", architecture: architecture, window: window, hop: 64, labelOffset: window / 2)
        return try Model(info: info, tensors: tensors)
    }

    /// The recipe's spacing fits the network's time steps, and training starts from the model's weights.
    @Test func recipeFitsTheTimeSteps() throws {
        let model = try Self.model()
        let recipe = Recipe.fineTuning(model.info, name: "tuned", steps: 10, licence: "CC0")
        #expect(recipe.spacing == 2)
        try recipe.check(startingFrom: model, path: "model")
    }
}
