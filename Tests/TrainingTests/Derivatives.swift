import Basics
import Testing

@testable import Training

/// Expects a network's gradients to equal numerical derivatives.
///
/// Along its gradient, an objective rises at a rate equal to the gradient's squared norm. One number for each
/// parameter therefore checks all its elements.
///
/// - Parameters:
///   - step: norm of the change made to each parameter.
///   - tolerance: relative tolerance.
func expectDerivatives(_ network: any TrainableNetwork, step: Double, tolerance: Double) {
    let samples = network.samples.array
    var random = SplitMix64(seed: 11)
    network.outputGradients.fill { random.gaussian() }
    let direction = network.outputGradients.array.map(Double.init)
    func objective() -> Double {
        // A forward pass may modify the samples.
        network.samples.copy(from: samples)
        network.forward()
        return zip(network.outputs.array, direction).reduce(0) { $0 + Double($1.0) * $1.1 }
    }
    _ = objective()
    network.backward()
    let gradients = network.parameters.map(\.gradients.array)
    for (parameter, gradient) in zip(network.parameters, gradients) {
        let length = gradient.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
        #expect(length > 0, "\(parameter.name)")
        let kept = parameter.weights.array
        let share = step / length
        func shifted(_ sign: Double) -> Double {
            for index in gradient.indices {
                parameter.weights.pointer[index] = kept[index] + Float(sign * share * Double(gradient[index]))
            }
            return objective()
        }
        let numeric = (shifted(1) - shifted(-1)) / (2 * share)
        parameter.weights.copy(from: kept)
        #expect(
            abs(numeric / (length * length) - 1) < tolerance, "\(parameter.name): \(numeric) for \(length * length)")
    }
}
