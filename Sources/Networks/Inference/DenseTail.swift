import Kernels

/// The layers from the point where only one position is left: linear and elementwise ones.
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
    let inputCount: Int
    let outputCount: Int
    /// The maximum number of rows per call.
    let capacity: Int

    /// - Parameters:
    ///   - first: the index in the architecture of the first layer of the tail.
    ///   - inputCount: the number of inputs per row.
    ///   - capacity: the maximum number of rows per call.
    /// - Throws: ``ModelError/notStreamable(_:)`` if a layer of another kind follows.
    init(model: Model, from first: Int, inputCount: Int, capacity: Int = 1) throws(ModelError) {
        var steps: [Step] = []
        var width = inputCount
        var widest = 0
        let layers = model.info.architecture.layers
        for index in first..<layers.count {
            switch layers[index] {
            case .linear(let outputs, _):
                steps.append(.linear(model.packedLinear(index), bias: model.bias(index)))
                width = outputs
            case .logReLU: steps.append(.logReLU)
            case .relu: steps.append(.relu)
            case .logistic: steps.append(.logistic)
            case .convolution, .fourier, .pairs, .averagePool, .bank, .harmonics, .grid, .notes:
                throw .notStreamable("layer \(index) (\(layers[index].name)) follows a linear layer")
            }
            widest = max(widest, width)
        }
        self.steps = steps
        self.inputCount = inputCount
        self.capacity = capacity
        outputCount = width
        // A linear first layer reads the caller's rows; an elementwise one works on a copy of them.
        if case .linear = steps.first {} else { widest = max(widest, inputCount) }
        current = Scratch(widest * capacity)
        next = Scratch(widest * capacity)
    }

    /// Reads `inputCount` values and writes `outputCount`.
    func evaluate(_ input: UnsafePointer<Float>, into output: inout MutableSpan<Float>) {
        let result = evaluate(input, rows: 1)
        for index in 0..<min(outputCount, output.count) { output[index] = result[index] }
    }

    /// Reads `rows` rows of `inputCount` values, at most ``capacity``, and returns as many rows of `outputCount`
    /// values. The result is valid until the next call.
    func evaluate(_ input: UnsafePointer<Float>, rows: Int) -> UnsafePointer<Float> {
        var width = inputCount
        var source = input
        for step in steps {
            if case .linear(let matrix, let bias) = step {
                matrix.multiply(source, pitch: width, count: rows, into: next.pointer, resultPitch: matrix.columns)
                swap(&current, &next)
                width = matrix.columns
                for row in 0..<rows where !bias.isEmpty {
                    for index in bias.indices { current.pointer[row * width + index] += bias[index] }
                }
            } else {
                if source == input { current.pointer.update(from: input, count: rows * width) }
                apply(step, to: rows * width)
            }
            source = UnsafePointer(current.pointer)
        }
        return source
    }

    private func apply(_ step: Step, to count: Int) {
        switch step {
        case .linear: break
        case .logReLU: nk_log_relu(current.pointer, count)
        case .relu: for index in 0..<count { current.pointer[index] = max(0, current.pointer[index]) }
        case .logistic: nk_logistic(current.pointer, count)
        }
    }
}

extension Model {
    /// A linear layer's weights, with one row per input.
    func packedLinear(_ layer: Int) -> PackedMatrix {
        guard let weight = tensors[Architecture.weightName(layer)] else { return PackedMatrix([], rows: 0, columns: 0) }
        return PackedMatrix(
            transposed(weight.values, rows: weight.shape[0], columns: weight.shape[1]), rows: weight.shape[1],
            columns: weight.shape[0])
    }

    /// A layer's bias; empty if it has none.
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
