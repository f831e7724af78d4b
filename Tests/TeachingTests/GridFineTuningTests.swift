import Basics
import GridSample
import Networks
import Testing
import Training

@testable import Teaching

/// Fine-tuning of networks with convolutions over time and frequency.
struct GridFineTuningTests {
    private static func model() throws -> Model {
        var random = SplitMix64(seed: 5)
        var tensors: [String: Tensor] = [:]
        let info = GridSampleNetwork.info
        for (name, shape) in try info.architecture.tensorShapes(window: info.window) {
            tensors[name] = Tensor(
                shape: shape, values: (0..<shape.reduce(1, *)).map { _ in 0.1 * random.gaussian() })
        }
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
