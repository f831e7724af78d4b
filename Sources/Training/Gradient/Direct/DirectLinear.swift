import Basics
import Kernels
import Networks

/// A linear layer over all inputs of a window.
final class DirectLinear: DirectLayer {
    let outputCount: Int
    let parameters: [Parameter]

    private let windows: Int
    private let inputs: Int
    private let isTrainedHere: Bool
    private let weights: FloatBuffer
    private let gradients: FloatBuffer
    private let bias: FloatBuffer?
    private let biasGradients: FloatBuffer?

    init(layer: Int, windows: Int, inputs: Int, outputs: Int, hasBias: Bool, isTrained: Bool) {
        self.windows = windows
        self.inputs = inputs
        isTrainedHere = isTrained
        outputCount = outputs
        weights = FloatBuffer(count: outputs * inputs)
        gradients = FloatBuffer(count: isTrained ? outputs * inputs : 0)
        var parameters = [
            Parameter(
                name: Architecture.weightName(layer), role: .matrix(outputs: outputs, inputs: inputs),
                weights: weights, gradients: gradients, isTrained: isTrained)
        ]
        if hasBias {
            let values = FloatBuffer(count: outputs)
            let slopes = FloatBuffer(count: outputs)
            bias = values
            biasGradients = slopes
            parameters.append(
                Parameter(
                    name: Architecture.biasName(layer), role: .bias(outputs: outputs), weights: values,
                    gradients: slopes, isTrained: isTrained))
        } else {
            bias = nil
            biasGradients = nil
        }
        self.parameters = parameters
    }

    func forward(_ input: UnsafeMutablePointer<Float>, into output: UnsafeMutablePointer<Float>, team: ThreadTeam) {
        team.split(windows) { part, _ in
            Product.multiply(
                part.count, self.outputCount, self.inputs, input + part.lowerBound * self.inputs, self.inputs,
                self.weights.pointer, self.inputs, transposeB: true, output + part.lowerBound * self.outputCount,
                self.outputCount)
            guard let bias = self.bias else { return }
            for window in part { nk_axpy(self.outputCount, 1, bias.pointer, output + window * self.outputCount) }
        }
    }

    func backward(
        _ input: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>, throughInput: Bool, team: ThreadTeam
    ) {
        if isTrainedHere {
            team.split(inputs) { part, _ in
                Product.multiply(
                    self.outputCount, part.count, self.windows, gradient, self.outputCount, transposeA: true,
                    input + part.lowerBound, self.inputs, self.gradients.pointer + part.lowerBound, self.inputs)
            }
            if let biasGradients {
                biasGradients.clear()
                for window in 0..<windows {
                    nk_axpy(outputCount, 1, gradient + window * outputCount, biasGradients.pointer)
                }
            }
        }
        guard throughInput else { return }
        team.split(windows) { part, _ in
            Product.multiply(
                part.count, self.inputs, self.outputCount, gradient + part.lowerBound * self.outputCount,
                self.outputCount, self.weights.pointer, self.inputs, input + part.lowerBound * self.inputs, self.inputs)
        }
    }
}
