import Basics
import Foundation
import Networks

/// A network under training with its optimiser state. Models can be loaded into it and exported from it.
final class TrainableModel {
    let recipe: Recipe
    let info: ModelInfo
    let network: any TrainableNetwork
    /// The processes that share each batch.
    let processes: Processes
    /// The trained parameters, in the order of the layers.
    let blocks: [TrainedBlock]

    var layout: ExcerptLayout { network.layout }
    /// The index of this process's first excerpt in the whole batch.
    var firstRow: Int { processes.share(of: recipe.batch).lowerBound }

    init(recipe: Recipe, threads: Int, processes: Processes = .alone) throws(ModelError) {
        self.recipe = recipe
        self.processes = processes
        info = recipe.info
        network = try TrainableNetworks.make(
            recipe.architecture, window: recipe.window, hop: recipe.hop,
            windowsPerExcerpt: recipe.windowsPerExcerpt, spacing: recipe.spacing,
            batch: processes.share(of: recipe.batch).count, fixed: Set(recipe.fixedLayers), precision: recipe.precision,
            threads: threads)
        blocks = network.parameters.filter(\.isTrained).map {
            TrainedBlock($0, filterRate: recipe.optimizer.filterRate)
        }
        initialize()
    }

    private func initialize() {
        var random = SplitMix64(seed: recipe.seed, step: -2)
        let matrices = network.parameters.filter { if case .matrix = $0.role { true } else { false } }
        for parameter in network.parameters {
            let weights = parameter.weights
            switch (parameter.role, recipe.initialization) {
            case (.filters(let count, let width), .sinusoids):
                Self.fillSinusoids(weights, filters: count, width: width, sampleRate: info.sampleRate)
            case (.filters, .gaussian):
                weights.fill { Float(recipe.initialDeviation) * random.gaussian() }
            case (.matrix(_, let inputs), _) where parameter.name != matrices.last?.name:
                // He initialisation keeps the variance of activations through hidden layers.
                let deviation = Float((2 / Double(inputs)).squareRoot())
                weights.fill { deviation * random.gaussian() }
            case (.grid(let time, let bands, let inputs, _), _):
                let isLast = parameter.name == network.parameters.last { $0.role.isGrid }?.name
                let deviation = isLast ? 0.01 : Float((2 / Double(time * bands * inputs)).squareRoot())
                weights.fill { deviation * random.gaussian() }
            case (.matrix, .gaussian): weights.fill { Float(recipe.initialDeviation) * random.gaussian() }
            case (.matrix, .sinusoids): break
            case (.bias, _):
                // About one note in thirty sounds at a time. Starting from that probability, not from 0.5, saves
                // steps.
                let isLast = parameter.name == network.parameters.last?.name
                if recipe.loss == .logistic, isLast { weights.fill { -3.5 } }
            }
        }
        for block in blocks { block.average.copy(from: block.weights.array) }
    }

    /// Hann-windowed quadrature pairs, evenly spaced in log-frequency from 30 Hz to 9 kHz. All cosines come before all
    /// sines, as `pairs` layers expect.
    private static func fillSinusoids(_ weights: FloatBuffer, filters: Int, width: Int, sampleRate: Int) {
        let pairs = max(1, (filters + 1) / 2)
        for filter in 0..<filters {
            let place = Double(filter % pairs) / Double(max(1, pairs - 1))
            let frequency = 30 * pow(9000 / 30, place)
            let phase = filter < pairs ? 0 : Double.pi / 2
            for tap in 0..<width {
                let angle = 2 * .pi * frequency * Double(tap) / Double(sampleRate) + phase
                let value = 0.1 * Taper.hann.factor(tap, of: width) * cos(angle)
                weights.pointer[tap * filters + filter] = Float(value)
            }
        }
    }

    /// Loads the weights of a model as the starting point. Its tensors must have the same shapes in the same order,
    /// with these exceptions:
    ///
    /// - A convolution over time and frequency may have more maps than in the model. New maps keep their random
    ///   initial weights, and the weights that read them are zero, so the outputs stay the same.
    /// - A convolution that covers fewer positions than in the model takes the middle ones.
    /// - Of a smoothed model (``Recipe/Smoothing``), only the trained part is loaded.
    ///
    /// - Throws: ``ModelError/architecture(_:)`` if the shapes don't match.
    func adopt(_ model: Model) throws(ModelError) {
        var tensors = try model.info.architecture.tensorShapes(window: model.info.window).map(\.name)
        let parameters = network.parameters
        // The last two tensors are the smoothing filter's weights and biases.
        if recipe.smoothing != nil, tensors.count == parameters.count + 2 { tensors.removeLast(2) }
        guard tensors.count == parameters.count else {
            throw .architecture("it has \(tensors.count) tensors, but the recipe's network has \(parameters.count)")
        }
        for (name, parameter) in zip(tensors, parameters) {
            guard let tensor = model.tensors[name],
                tensor.shape == parameter.shape || Self.fits(tensor.shape, in: parameter)
            else {
                throw .architecture(
                    "its '\(name)' is \(model.tensors[name]?.shape ?? []), "
                        + "but the recipe's network has \(parameter.shape)")
            }
            if tensor.shape != parameter.shape {
                Self.copy(tensor, into: parameter)
                continue
            }
            guard case .filters(let count, let width) = parameter.role else {
                parameter.weights.copy(from: tensor.values)
                continue
            }
            for filter in 0..<count {
                for tap in 0..<width {
                    parameter.weights.pointer[tap * count + filter] = tensor.values[filter * width + tap]
                }
            }
        }
        for block in blocks { block.average.copy(from: block.weights.array) }
    }

    /// Whether a tensor fits into a convolution's weights or biases: fewer or equal maps, and at least as many
    /// positions.
    private static func fits(_ shape: [Int], in parameter: Parameter) -> Bool {
        let room = parameter.shape
        switch parameter.role {
        case .grid:
            return shape.count == 4 && shape[0] >= room[0] && (shape[0] - room[0]) % 2 == 0 && shape[1] == room[1]
                && shape[2] <= room[2] && shape[3] <= room[3]
        case .bias: return shape.count == 1 && room.count == 1 && shape[0] <= room[0]
        default: return false
        }
    }

    /// Copies the model's maps, [time, bands, inputs, outputs] or biases, into a larger layer.
    private static func copy(_ tensor: Tensor, into parameter: Parameter) {
        let outputs = parameter.shape.last ?? 0
        let inputs = parameter.shape.count == 4 ? parameter.shape[2] : 1
        let (oldOutputs, oldInputs) = (tensor.shape.last ?? 0, tensor.shape.count == 4 ? tensor.shape[2] : 1)
        let skipped = tensor.shape.count == 4 ? (tensor.shape[0] - parameter.shape[0]) / 2 * tensor.shape[1] : 0
        for tap in 0..<parameter.weights.count / max(1, inputs * outputs) {
            for input in 0..<inputs {
                for output in 0..<oldOutputs {
                    let isOld = input < oldInputs
                    parameter.weights.pointer[(tap * inputs + input) * outputs + output] =
                        isOld ? tensor.values[((tap + skipped) * oldInputs + input) * oldOutputs + output] : 0
                }
            }
        }
    }

    /// The loss weight of each output. It is 0 for notes out of range, which therefore stay untrained.
    var lossWeights: [Float] {
        recipe.architecture.heads.flatMap { head in
            Pitches.all.map { info.notes.contains($0) ? (head == .onset ? Float(recipe.onsetWeight) : 1) : 0 }
        }
    }

    /// Whether all weights are finite. A step can leave the loss finite but not the weights.
    var isFinite: Bool {
        blocks.allSatisfy { block in (0..<block.weights.count).allSatisfy { block.weights.pointer[$0].isFinite } }
    }

    /// Exports the weights, or their running average, as a model.
    func model(averaged: Bool, extra: [String: String]) throws(ModelError) -> Model {
        var info = self.info
        info.extra = extra
        var tensors: [String: Tensor] = [:]
        for parameter in network.parameters {
            let block = blocks.first { $0.name == parameter.name }
            let values = averaged ? (block?.average ?? parameter.weights).array : parameter.weights.array
            var tensor = Tensor(shape: parameter.shape, values: values)
            if case .filters(let count, let width) = parameter.role {
                for filter in 0..<count {
                    for tap in 0..<width { tensor.values[filter * width + tap] = values[tap * count + filter] }
                }
            }
            tensors[parameter.name] = tensor
        }
        recipe.smoothing?.append(to: &info, &tensors)
        return try Model(info: info, tensors: tensors)
    }

    private enum Pitches { static let all = 0..<Architecture.notesPerHead }
}

extension Recipe {
    /// Checks that training with this recipe can start from a model.
    ///
    /// - Parameters:
    ///   - model: the base model.
    ///   - path: the model's name in error messages.
    /// - Throws: `TrainingError.base`.
    public func check(startingFrom model: Model, path: String) throws(TrainingError) {
        guard architecture.heads.contains(.sounding) else {
            throw .base(path: path, reason: "it has no outputs for sounding notes")
        }
        var small = self
        small.batch = 1
        do {
            try TrainableModel(recipe: small, threads: 1).adopt(model)
        } catch {
            throw .base(path: path, reason: "\(error)")
        }
    }
}
