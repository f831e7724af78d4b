import Basics
import Foundation
import Kernels
import Networks

/// A trained parameter with its optimiser state and the running average of its weights.
final class TrainedBlock {
    let name: String
    let weights: FloatBuffer
    let gradients: FloatBuffer
    let first: FloatBuffer
    let second: FloatBuffer
    let average: FloatBuffer
    /// Learning rate relative to that of the run.
    let relativeRate: Double
    /// Whether weight decay applies; it doesn't to biases.
    let decays: Bool

    /// - Parameter filterRate: learning rate of filters, relative to that of the run.
    init(_ parameter: Parameter, filterRate: Double) {
        name = parameter.name
        weights = parameter.weights
        gradients = parameter.gradients
        switch parameter.role {
        case .filters: (relativeRate, decays) = (filterRate, true)
        case .matrix, .grid: (relativeRate, decays) = (1, true)
        case .bias: (relativeRate, decays) = (1, false)
        }
        first = FloatBuffer(count: weights.count)
        second = FloatBuffer(count: weights.count)
        average = FloatBuffer(count: weights.count)
        average.pointer.update(from: weights.pointer, count: weights.count)
    }

    /// Takes one step.
    ///
    /// - Parameters:
    ///   - step: counted from 0.
    ///   - averaging: decay of the running average; 0 copies the weights.
    func step(_ settings: OptimizerSettings, rate: Double, step: Int, averaging: Double, team: ThreadTeam) {
        let rate = rate * relativeRate
        // Averaging starts with a short memory, so that the initial weights don't dominate the first averages.
        let keep = min(averaging, Double(step + 1) / Double(step + 10))
        team.split(weights.count) { part, _ in
            let start = part.lowerBound
            let weights = self.weights.pointer + start
            switch settings.kind {
            case .adamw:
                nk_adamw(
                    part.count, weights, self.gradients.pointer + start, self.first.pointer + start,
                    self.second.pointer + start, Float(settings.momentum), Float(settings.beta2),
                    Float(rate / (1 - pow(settings.momentum, Double(step + 1)))),
                    Float(1 / (1 - pow(settings.beta2, Double(step + 1)))), 1e-8,
                    self.decays ? Float(rate * settings.decay) : 0)
            case .sgd:
                let velocity = self.first.pointer + start
                let slopes = self.gradients.pointer + start
                let decay = self.decays ? Float(settings.decay) : 0
                for index in 0..<part.count {
                    let slope = slopes[index] + decay * weights[index]
                    velocity[index] = Float(settings.momentum) * velocity[index] + slope
                    weights[index] -= Float(rate) * velocity[index]
                }
            }
            nk_average(part.count, Float(1 - keep), weights, self.average.pointer + start)
        }
    }
}
