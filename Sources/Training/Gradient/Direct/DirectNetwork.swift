import Basics
import Kernels
import Networks

/// Forward and backward passes of any stack of layers, one layer at a time over all windows of a batch.
///
/// It serves networks whose windows share little computation: spectrograms, perceptrons, pooling over a few shifts,
/// hidden layers. The activations of each layer are kept for the backward pass, which overwrites them with gradients.
final class DirectNetwork: TrainableNetwork {
    let layout: ExcerptLayout
    let batch: Int
    let team: ThreadTeam
    let samples: FloatBuffer
    let outputs: FloatBuffer
    let outputGradients: FloatBuffer

    private let normalizesWindow: Bool
    private let layers: [any DirectLayer]
    /// The input of each layer, beginning with the windows.
    private let activations: [FloatBuffer]

    /// - Parameter fixed: indices of layers that aren't trained.
    /// - Throws: ``ModelError/architecture(_:)`` for a stack that cannot be trained.
    init(
        _ architecture: Architecture, layout: ExcerptLayout, batch: Int, fixed: Set<Int> = [], threads: Int
    ) throws(ModelError) {
        Product.useCallingThreadOnly()
        self.layout = layout
        self.batch = batch
        let team = ThreadTeam(count: threads)
        self.team = team
        normalizesWindow = architecture.normalizesWindow
        let windows = batch * layout.windowsPerExcerpt
        let shapes = try architecture.shapes(window: layout.window)
        var stack = architecture.layers
        // The loss takes the input of a final logistic layer.
        if stack.last == .logistic { stack.removeLast() }
        if let layer = stack.first(where: \.belongsToGrid) { throw Self.requiresGridStack(layer) }
        guard case .linear = stack.last else { throw .architecture("training requires a linear layer at the end") }
        var layers: [any DirectLayer] = []
        for (index, layer) in stack.enumerated() {
            let input = shapes[index]
            let isTrained = !fixed.contains(index)
            switch layer {
            case .convolution(let filters, let width, let stride):
                layers.append(
                    DirectConvolution(
                        layer: index, window: layout.window, windows: windows, filters: filters, width: width,
                        stride: stride, isTrained: isTrained))
            case .fourier(let width, let stride, let taper):
                layers.append(
                    try DirectSpectrum(
                        window: layout.window, windows: windows, width: width, stride: stride, taper: taper,
                        threads: team.count))
            case .pairs(let rule):
                layers.append(
                    DirectPairs(rule: rule, windows: windows, positions: input.positions, channels: input.channels))
            case .logReLU: layers.append(DirectActivation(kind: .logReLU, windows: windows, count: input.count))
            case .relu: layers.append(DirectActivation(kind: .relu, windows: windows, count: input.count))
            case .averagePool(let width, let step):
                layers.append(
                    DirectPool(
                        windows: windows, positions: input.positions, channels: input.channels, width: width,
                        step: step, threads: team.count))
            case .linear(let outputs, let bias):
                layers.append(
                    DirectLinear(
                        layer: index, windows: windows, inputs: input.count, outputs: outputs, hasBias: bias,
                        isTrained: isTrained))
            case .bank, .harmonics, .grid, .notes: throw Self.requiresGridStack(layer)
            case .logistic: throw .architecture("training allows a logistic layer only at the end")
            }
        }
        guard layers.contains(where: \.isTrained) else { throw .architecture("every layer is fixed: nothing to train") }
        self.layers = layers
        samples = FloatBuffer(count: batch * layout.samples)
        activations = ([layout.window] + layers.dropLast().map(\.outputCount)).map { FloatBuffer(count: windows * $0) }
        outputs = FloatBuffer(count: windows * layout.outputs)
        outputGradients = FloatBuffer(count: windows * layout.outputs)
    }

    private static func requiresGridStack(_ layer: Layer) -> ModelError {
        .architecture(
            "a layer '\(layer.name)' requires a stack of bank, harmonics, grid layers with optional relu, notes and "
                + "logistic, and time steps that are multiples of the recipe's spacing")
    }

    var parameters: [Parameter] { layers.flatMap(\.parameters) }

    func forward() {
        team.split(batch) { rows, _ in
            for row in rows {
                for window in 0..<self.layout.windowsPerExcerpt {
                    let index = row * self.layout.windowsPerExcerpt + window
                    let target = self.activations[0].pointer + index * self.layout.window
                    target.update(
                        from: self.samples.pointer + row * self.layout.samples + window * self.layout.step,
                        count: self.layout.window)
                    if self.normalizesWindow { Self.normalize(target, count: self.layout.window) }
                }
            }
        }
        for (index, layer) in layers.enumerated() {
            let output = index + 1 < layers.count ? activations[index + 1] : outputs
            layer.forward(activations[index].pointer, into: output.pointer, team: team)
        }
    }

    func backward() {
        guard let lowest = layers.firstIndex(where: \.isTrained) else { return }
        for index in layers.indices.reversed() where index >= lowest {
            let gradient = index + 1 < layers.count ? activations[index + 1] : outputGradients
            layers[index].backward(
                activations[index].pointer, gradient: gradient.pointer, throughInput: index > lowest, team: team)
        }
    }

    /// Divides samples by their norm + 1e-5, as in the paper's authors' code.
    static func normalize(_ samples: UnsafeMutablePointer<Float>, count: Int) {
        let scale = 1 / (nk_sum_of_squares(samples, count).squareRoot() + 1e-5)
        for index in 0..<count { samples[index] *= scale }
    }
}

extension Layer {
    fileprivate var belongsToGrid: Bool {
        switch self {
        case .bank, .harmonics, .grid, .notes: true
        default: false
        }
    }
}

/// A layer of a ``DirectNetwork``. The activations of consecutive windows are contiguous,
/// [windows][positions][channels].
protocol DirectLayer: AnyObject {
    /// Number of outputs for each window.
    var outputCount: Int { get }
    var parameters: [Parameter] { get }

    func forward(_ input: UnsafeMutablePointer<Float>, into output: UnsafeMutablePointer<Float>, team: ThreadTeam)

    /// Computes the gradients of the layer's parameters. If `throughInput` is true, also overwrites the input with its
    /// gradient.
    ///
    /// - Parameter gradient: gradient of the loss with respect to the layer's output.
    func backward(
        _ input: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>, throughInput: Bool, team: ThreadTeam)
}

extension DirectLayer {
    var parameters: [Parameter] { [] }
    var isTrained: Bool { parameters.contains(where: \.isTrained) }
}
