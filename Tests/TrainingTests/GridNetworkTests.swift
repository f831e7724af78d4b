import Basics
import Foundation
import GridSample
import Networks
import Testing

@testable import Training

/// Training of convolutions over time and frequency: outputs equal whole-window evaluation, and gradients are
/// derivatives.
struct GridNetworkTests {
    static let window = GridSampleNetwork.window
    static let info = GridSampleNetwork.info
    static let architecture = GridSampleNetwork.architecture

    static func network(fixed: Set<Int> = [], precision: Precision = .single) throws -> GridNetwork {
        let layout = ExcerptLayout(window: window, hop: 64, windowsPerExcerpt: 3, spacing: 2, outputs: 256)
        let network = try #require(
            try GridNetwork(
                architecture, layout: layout, batch: 3, fixed: fixed, precision: precision, threads: 2))
        var random = SplitMix64(seed: 5)
        for parameter in network.parameters {
            let inputs = parameter.shape.dropLast().reduce(1, *)
            parameter.weights.fill { random.gaussian() / Float(inputs).squareRoot() }
        }
        network.samples.fill { 0.3 * random.gaussian() }
        return network
    }

    static func model(_ network: GridNetwork) throws -> Model {
        let tensors = network.parameters.map { ($0.name, Tensor(shape: $0.shape, values: $0.weights.array)) }
        return try Model(info: info, tensors: Dictionary(uniqueKeysWithValues: tensors))
    }

    /// A recipe for the same network.
    static func recipe(_ name: String, batch: Int, windows: Int) -> Recipe {
        var recipe = Recipe(
            name: name, architecture: architecture, loss: .logistic,
            optimizer: OptimizerSettings(kind: .adamw, rate: 1e-3), batch: batch, windowsPerExcerpt: windows, steps: 1)
        (recipe.window, recipe.hop, recipe.labelOffset, recipe.spacing) = (window, 64, window / 2, 2)
        return recipe
    }

    @Test func forwardEqualsWholeWindows() throws {
        let network = try Self.network()
        let whole = try WindowNetwork(model: try Self.model(network))
        network.forward()
        let samples = network.samples.array
        let outputs = network.outputs.array
        #expect(outputs.contains { abs($0) > 0.1 && $0 > -19 })
        for row in 0..<network.batch {
            for window in 0..<3 {
                let start = row * network.layout.samples + window * network.layout.step
                var expected = [Float](repeating: 0, count: 256)
                var span = expected.mutableSpan
                whole.evaluate(samples.span.extracting(start..<start + Self.window), into: &span)
                for index in 0..<256 {
                    let output = outputs[(row * 3 + window) * 256 + index]
                    #expect(abs(output - expected[index]) <= 2e-5 * max(1, abs(expected[index])))
                }
            }
        }
    }

    @Test func gradientsAreDerivatives() throws {
        expectDerivatives(try Self.network(), step: 2e-4, tolerance: 0.03)
    }

    /// On processors that support bfloat16, gradients are coarser but have the same direction.
    @Test func bfloat16GradientsHaveTheSameDirection() throws {
        let single = try Self.network()
        guard let half = try? Self.network(precision: .bfloat16) else { return }
        for network in [single, half] {
            var random = SplitMix64(seed: 12)
            network.outputGradients.fill { random.gaussian() }
            network.forward()
            network.backward()
        }
        for (a, b) in zip(single.parameters, half.parameters) {
            func dot(_ x: [Float], _ y: [Float]) -> Double { zip(x, y).reduce(0) { $0 + Double($1.0) * Double($1.1) } }
            let (x, y) = (a.gradients.array, b.gradients.array)
            #expect(dot(x, y) > 0.95 * (dot(x, x) * dot(y, y)).squareRoot(), "\(a.name)")
        }
    }

    @Test func fixedLayersKeepTheirWeights() throws {
        let network = try Self.network(fixed: [2, 4])
        network.forward()
        network.outputGradients.fill { 1 }
        network.backward()
        #expect(
            network.parameters.map(\.isTrained) == [false, false, false, false, true, true, true, true, true, true])
        #expect(network.parameters[4].gradients.array.contains { $0 != 0 })
    }

    /// An enlarged network has the same outputs as the smaller one, and its new maps get a gradient.
    @Test func enlargedNetworksStartAsTheSmallerOne() throws {
        let small = try Self.network()
        let model = try Self.model(small)
        var recipe = Self.recipe("larger", batch: 3, windows: 3)
        for index in recipe.architecture.layers.indices {
            guard case .grid(var grid) = recipe.architecture.layers[index], grid.maps > 2 else { continue }
            grid.maps += 3
            recipe.architecture.layers[index] = .grid(grid)
        }
        let trainable = try TrainableModel(recipe: recipe, threads: 2)
        try trainable.adopt(model)
        trainable.network.samples.copy(from: small.samples.array)
        for network in [small, trainable.network] {
            network.outputGradients.fill { 1 }
            network.forward()
            network.backward()
        }
        for (a, b) in zip(small.outputs.array, trainable.network.outputs.array) {
            #expect(abs(a - b) <= 2e-5 * max(1, abs(a)))
        }
        // In the layer after an enlarged one, the weights of new inputs are zero but have a gradient.
        let next = try #require(trainable.network.parameters.first { $0.shape == [3, 3, 9, 11] })
        let fresh = (0..<next.weights.count).filter { $0 / 11 % 9 >= 6 && $0 % 11 < 8 }
        #expect(
            fresh.allSatisfy { next.weights.pointer[$0] == 0 } && fresh.contains { next.gradients.pointer[$0] != 0 })
        // A smaller network cannot load a larger model.
        let grown = try trainable.model(averaged: false, extra: [:])
        recipe.architecture = Self.architecture
        #expect(throws: ModelError.self) { try TrainableModel(recipe: recipe, threads: 1).adopt(grown) }
    }

    /// A smoothed model's scores are means over neighbouring windows of the network's scores. Its trained part can be
    /// loaded.
    @Test func smoothingIsTheMeanOfNeighbouringWindows() throws {
        let inner = try Self.model(try Self.network())
        var recipe = Self.recipe("smooth", batch: 1, windows: 1)
        recipe.smoothing = Recipe.Smoothing(hops: 5)
        let trainable = try TrainableModel(recipe: recipe, threads: 1)
        try trainable.adopt(inner)
        let smooth = try trainable.model(averaged: false, extra: [:])
        #expect(smooth.info.window == Self.window + 4 * 64 && smooth.info.labelOffset == Self.window / 2 + 2 * 64)
        let (whole, part) = (try WindowNetwork(model: smooth), try WindowNetwork(model: inner))
        var random = SplitMix64(seed: 31)
        let samples = (0..<smooth.info.window).map { _ in 0.3 * random.gaussian() }
        func scores(_ network: WindowNetwork, from start: Int, count: Int) -> [Float] {
            var result = [Float](repeating: 0, count: 256)
            var span = result.mutableSpan
            network.evaluate(samples.span.extracting(start..<start + count), into: &span)
            return result
        }
        let parts = (0..<5).map { scores(part, from: 64 * $0, count: Self.window) }
        for (index, score) in scores(whole, from: 0, count: smooth.info.window).enumerated() {
            // Onset scores, of the second head, average the three windows in the middle.
            let near = (parts[1][index] + parts[3][index]) / 4 + parts[2][index] / 2
            let mean = index < 128 ? parts.reduce(0) { $0 + $1[index] } / 5 : near
            #expect(abs(score - mean) < 1e-4 * max(1, abs(mean)))
        }
        let again = try TrainableModel(recipe: recipe, threads: 1)
        try again.adopt(smooth)
        for (a, b) in zip(trainable.network.parameters, again.network.parameters) {
            #expect(a.weights.array == b.weights.array)
        }
        recipe.smoothing = nil
        #expect(throws: ModelError.self) { try TrainableModel(recipe: recipe, threads: 1).adopt(smooth) }
    }

    /// A convolution that covers fewer positions loads the model's middle ones.
    @Test func fewerPositionsLoadTheMiddleOnes() throws {
        let model = try Self.model(try Self.network())
        var recipe = Self.recipe("short", batch: 1, windows: 1)
        recipe.architecture.layers[7] = .grid(GridConvolution(maps: 5, time: 1, bands: 3, timeStep: 4))
        (recipe.window, recipe.labelOffset) = (Self.window - 8 * 64, 512)
        let trainable = try TrainableModel(recipe: recipe, threads: 1)
        try trainable.adopt(model)
        let name = Architecture.weightName(7)
        let middle = try #require(model.tensors[name]?.values[(3 * 7 * 5)..<(2 * 3 * 7 * 5)])
        let own = try #require(trainable.network.parameters.first { $0.name == name })
        #expect(own.weights.array == Array(middle))
    }

    /// The time steps are not multiples of the excerpt's spacing.
    @Test func coarseSpacingIsRejected() throws {
        let layout = ExcerptLayout(window: Self.window, hop: 64, windowsPerExcerpt: 3, spacing: 3, outputs: 256)
        #expect(
            try GridNetwork(Self.architecture, layout: layout, batch: 1, fixed: [], precision: .single, threads: 1)
                == nil)
        #expect(throws: ModelError.self) {
            try TrainableNetworks.make(
                Self.architecture, window: Self.window, hop: 64, windowsPerExcerpt: 3, spacing: 3, batch: 1, fixed: [],
                threads: 1)
        }
    }
}
