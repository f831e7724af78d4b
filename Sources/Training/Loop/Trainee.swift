import Foundation
import Networks

/// A network under training: the spectral form's weights, the optimiser's memory of them, and the way to and from
/// models.
final class Trainee {
    let recipe: Recipe
    let info: ModelInfo
    let geometry: ExcerptGeometry
    let network: SpectralNetwork
    let blocks: [TrainedBlock]

    init(recipe: Recipe, threads: Int) throws(ModelError) {
        self.recipe = recipe
        info = recipe.info
        geometry = try ExcerptGeometry(
            architecture: recipe.architecture, window: recipe.window, hop: recipe.hop,
            windowsPerExcerpt: recipe.windowsPerExcerpt, spacing: recipe.spacing)
        network = SpectralNetwork(geometry: geometry, batch: recipe.batch, threads: threads)
        let filters = TrainedBlock(
            name: "filters", weights: network.filterWeights, gradients: network.filterGradients,
            relativeRate: recipe.optimizer.filterRate, decays: false)
        let output = TrainedBlock(
            name: "output", weights: network.outputWeights, gradients: network.outputWeightGradients)
        let bias = TrainedBlock(
            name: "bias", weights: network.bias, gradients: network.biasGradients, decays: false)
        blocks = geometry.hasBias ? [filters, output, bias] : [filters, output]
        initialize()
    }

    private func initialize() {
        var random = SplitMix64(seed: recipe.seed, step: -2)
        let g = geometry
        switch recipe.initialization {
        case .gaussian:
            for block in blocks where block.name != "bias" {
                for index in 0..<block.weights.count { block.weights.pointer[index] = 1e-6 * random.gaussian() }
            }
        case .sinusoids:
            // Pairs in quadrature from a little below the lowest note to where its last harmonics fade.
            let pairs = max(1, g.filters / 2)
            for filter in 0..<g.filters {
                let place = Double(filter / 2) / Double(max(1, pairs - 1))
                let frequency = 30 * pow(9000 / 30, place)
                let phase = filter % 2 == 0 ? 0 : Double.pi / 2
                for tap in 0..<g.width {
                    let hann = 0.5 - 0.5 * cos(2 * .pi * (Double(tap) + 0.5) / Double(g.width))
                    let angle = 2 * .pi * frequency * Double(tap) / Double(info.sampleRate) + phase
                    g.store(Float(0.1 * hann * cos(angle)), tap: tap, filter: filter, in: network.filterWeights)
                }
            }
        }
        if g.hasBias, recipe.loss == .logistic {
            // About one note in thirty sounds at a time: start from that, not from one in two.
            for index in 0..<g.outputs { network.bias.pointer[index] = -3.5 }
        }
        for block in blocks { block.average.copy(from: block.weights.array) }
    }

    /// One factor of the loss for each output: 0 for notes out of range, which then stay untrained.
    var lossWeights: [Float] {
        recipe.architecture.heads.flatMap { head in
            Pitches.all.map { info.notes.contains($0) ? (head == .onset ? Float(recipe.onsetWeight) : 1) : 0 }
        }
    }

    /// The weights, or their running average, as a model.
    func model(averaged: Bool, extra: [String: String]) throws(ModelError) -> Model {
        var info = self.info
        info.extra = extra
        func values(_ block: TrainedBlock) -> [Float] { averaged ? block.average.array : block.weights.array }
        let g = geometry
        let taps = values(blocks[0])
        var filters = Tensor(shape: [g.filters, g.width])
        for filter in 0..<g.filters {
            for tap in 0..<g.width { filters.values[filter * g.width + tap] = taps[tap * g.filters + filter] }
        }
        var tensors = [
            Architecture.weightName(0): filters,
            Architecture.weightName(g.linearLayer): Tensor(shape: [g.outputs, g.features], values: values(blocks[1])),
        ]
        if g.hasBias {
            tensors[Architecture.biasName(g.linearLayer)] = Tensor(shape: [g.outputs], values: values(blocks[2]))
        }
        return try Model(info: info, tensors: tensors)
    }

    private enum Pitches { static let all = 0..<Architecture.notesPerHead }
}

extension ExcerptGeometry {
    /// Writes one tap of one filter into tap-major storage.
    func store(_ value: Float, tap: Int, filter: Int, in buffer: FloatBuffer) {
        buffer.pointer[tap * filters + filter] = value
    }
}
