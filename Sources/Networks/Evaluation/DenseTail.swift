import Kernels

/// The layers that follow once there is only one position left: linear and elementwise ones.
///
/// One owner; no allocation after `init`.
final class DenseTail {
    private enum Step {
        case linear(PackedMatrix, bias: [Float])
        case logReLU
        case relu
        case logistic
    }

    private let steps: [Step]
    private var current: Scratch
    private var next: Scratch
    private var width: Int
    let inputCount: Int
    let outputCount: Int

    /// - Parameters:
    ///   - first: index in the architecture of the first layer of the tail.
    ///   - inputCount: numbers that reach it.
    /// - Throws: ``ModelError/notStreamable(_:)`` when a layer of another kind follows.
    init(model: Model, from first: Int, inputCount: Int) throws(ModelError) {
        var steps: [Step] = []
        var width = inputCount
        var widest = inputCount
        let layers = model.info.architecture.layers
        for index in first..<layers.count {
            switch layers[index] {
            case .linear(let outputs, _):
                steps.append(.linear(model.packedLinear(index), bias: model.bias(index)))
                width = outputs
            case .logReLU: steps.append(.logReLU)
            case .relu: steps.append(.relu)
            case .logistic: steps.append(.logistic)
            case .convolution, .averagePool:
                throw .notStreamable("layer \(index) (\(layers[index].name)) follows a linear layer")
            }
            widest = max(widest, width)
        }
        self.steps = steps
        self.inputCount = inputCount
        outputCount = width
        self.width = inputCount
        current = Scratch(widest)
        next = Scratch(widest)
    }

    /// Takes `inputCount` numbers and writes `outputCount`.
    func evaluate(_ input: UnsafePointer<Float>, into output: inout MutableSpan<Float>) {
        current.pointer.update(from: input, count: inputCount)
        width = inputCount
        for step in steps {
            switch step {
            case .linear(let matrix, let bias):
                matrix.multiply(
                    current.pointer, pitch: width, count: 1, into: next.pointer, resultPitch: matrix.columns)
                swap(&current, &next)
                width = matrix.columns
                for index in bias.indices { current.pointer[index] += bias[index] }
            case .logReLU: nk_log_relu(current.pointer, width)
            case .relu: for index in 0..<width { current.pointer[index] = max(0, current.pointer[index]) }
            case .logistic: nk_logistic(current.pointer, width)
            }
        }
        for index in 0..<min(width, output.count) { output[index] = current.pointer[index] }
    }
}

extension Model {
    /// A linear layer's weights, inputs as rows.
    func packedLinear(_ layer: Int) -> PackedMatrix {
        guard let weight = tensors[Architecture.weightName(layer)] else { return PackedMatrix([], rows: 0, columns: 0) }
        return PackedMatrix(
            transposed(weight.values, rows: weight.shape[0], columns: weight.shape[1]), rows: weight.shape[1],
            columns: weight.shape[0])
    }

    /// A layer's bias, empty when it has none.
    func bias(_ layer: Int) -> [Float] { tensors[Architecture.biasName(layer)]?.values ?? [] }
}

/// The transpose of a row-major matrix.
func transposed(_ matrix: [Float], rows: Int, columns: Int) -> [Float] {
    var result = [Float](repeating: 0, count: matrix.count)
    for row in 0..<rows {
        for column in 0..<columns { result[column * rows + row] = matrix[row * columns + column] }
    }
    return result
}
