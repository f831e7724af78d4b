import Basics
import Foundation
import Networks

/// The training speed on this machine: complete steps (forward, backward, optimiser) on noise, without drawing
/// excerpts.
public struct TrainingSpeed: Codable, Sendable {
    public var threads: Int
    /// Windows in a step, and windows in each excerpt.
    public var batch: Int
    public var windowsPerExcerpt: Int
    public var windowsPerSecond: Double
    /// The matrix kernel that OpenBLAS selected.
    public var kernel: String

    enum CodingKeys: String, CodingKey {
        case threads, batch, kernel
        case windowsPerExcerpt = "windows_per_excerpt"
        case windowsPerSecond = "windows_per_s"
    }

    /// Measures `steps` steps after two warm-up steps.
    ///
    /// - Parameters:
    ///   - recipe: the network, the optimiser, `batch` and `windowsPerExcerpt`.
    ///   - threads: number of threads.
    public init(recipe: Recipe, threads: Int, steps: Int) throws {
        let trainable = try TrainableModel(recipe: recipe, threads: threads)
        let network = trainable.network
        var random = SplitMix64(seed: 1)
        for index in 0..<network.samples.count { network.samples.pointer[index] = 0.1 * random.gaussian() }
        let targets = FloatBuffer(count: network.outputs.count)
        let weights = trainable.lossWeights
        let clock = ContinuousClock()
        var begin = clock.now
        for step in 0..<steps + 2 {
            if step == 2 { begin = clock.now }
            network.forward()
            _ = recipe.loss.evaluate(
                rows: network.windows, of: network.windows, columns: trainable.layout.outputs,
                outputs: network.outputs.pointer, targets: targets.pointer, weights: weights,
                gradients: network.outputGradients.pointer)
            network.backward()
            for block in trainable.blocks {
                block.step(recipe.optimizer, rate: 1e-5, step: step, averaging: 0, team: network.team)
            }
        }
        self.threads = threads
        windowsPerExcerpt = recipe.windowsPerExcerpt
        batch = recipe.batch * recipe.windowsPerExcerpt
        windowsPerSecond = Double(batch * steps) / (clock.now - begin).seconds
        kernel = Product.kernelName
    }
}
