import Kernels

/// Evaluates a network on one whole window at a time, layer by layer: the definition that the streaming engine equals,
/// and the way for networks whose windows share nothing.
///
/// Samples are taken as they are: conditioning belongs to the stream. One owner; no allocation after `init`.
public final class WindowNetwork {
    public let info: ModelInfo
    /// Numbers that ``evaluate(_:into:)`` writes.
    public var outputCount: Int { tail.outputCount }

    private enum Stage {
        case convolution(PackedMatrix, stride: Int)
        case logReLU
        case relu
        case averagePool(width: Int, step: Int)
    }

    private let stages: [Stage]
    private let shapes: [LayerShape]
    private let tail: DenseTail
    private let window: Scratch
    private var current: Scratch
    private var next: Scratch

    public init(model: Model) throws(ModelError) {
        info = model.info
        let architecture = model.info.architecture
        shapes = try architecture.shapes(window: info.window)
        var stages: [Stage] = []
        building: for (index, layer) in architecture.layers.enumerated() {
            switch layer {
            case .convolution(let filters, let width, let stride):
                let weights = model.tensors[Architecture.weightName(index)]?.values ?? []
                stages.append(
                    .convolution(
                        PackedMatrix(
                            transposed(weights, rows: filters, columns: width), rows: width, columns: filters),
                        stride: stride))
            case .logReLU: stages.append(.logReLU)
            case .relu: stages.append(.relu)
            case .averagePool(let width, let step): stages.append(.averagePool(width: width, step: step))
            case .linear, .logistic: break building
            }
        }
        self.stages = stages
        tail = try DenseTail(model: model, from: stages.count, inputCount: shapes[stages.count].count)
        window = Scratch(info.window)
        let widest = shapes[...stages.count].map(\.count).max() ?? 0
        current = Scratch(widest)
        next = Scratch(widest)
    }

    /// Takes `info.window` samples and writes the posteriors, 128 for each head.
    public func evaluate(_ samples: Span<Float>, into output: inout MutableSpan<Float>) {
        let count = min(samples.count, info.window)
        for index in 0..<count { window.pointer[index] = samples[index] }
        if info.architecture.normalizesWindow {
            let scale = 1 / (nk_sum_of_squares(window.pointer, info.window).squareRoot() + 1e-5)
            for index in 0..<count { window.pointer[index] *= scale }
        }
        current.pointer.update(from: window.pointer, count: info.window)
        for (index, stage) in stages.enumerated() {
            let input = shapes[index]
            let shape = shapes[index + 1]
            switch stage {
            case .convolution(let matrix, let stride):
                matrix.multiply(
                    current.pointer, pitch: stride, count: shape.positions, into: next.pointer,
                    resultPitch: shape.channels)
                swap(&current, &next)
            case .logReLU: nk_log_relu(current.pointer, shape.count)
            case .relu: for item in 0..<shape.count { current.pointer[item] = max(0, current.pointer[item]) }
            case .averagePool(let width, let step):
                for region in 0..<shape.positions {
                    let target = next.pointer + region * shape.channels
                    target.update(repeating: 0, count: shape.channels)
                    for position in region * step..<region * step + width {
                        nk_axpy(input.channels, 1 / Float(width), current.pointer + position * input.channels, target)
                    }
                }
                swap(&current, &next)
            }
        }
        tail.evaluate(current.pointer, into: &output)
    }
}
