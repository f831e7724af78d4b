import Basics
import Kernels
import Networks

/// Forward and backward passes of any stack of layers, layer by layer, all windows of a batch at once.
///
/// For networks whose windows share little: spectrograms, perceptrons, pooling over a few shifts, hidden layers. Each
/// layer's activations are kept for the way back, where gradients take their place.
final class DirectNetwork: TrainableNetwork {
    let layout: ExcerptLayout
    let batch: Int
    let team: ThreadTeam
    let samples: FloatBuffer
    let outputs: FloatBuffer
    let outputGradients: FloatBuffer

    private let normalizesWindow: Bool
    private let layers: [any DirectLayer]
    /// What goes into each layer, the windows first.
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
        // The loss is computed from what goes into a closing logistic.
        if stack.last == .logistic { stack.removeLast() }
        if let layer = stack.first(where: \.belongsToGrid) { throw Self.needsOrder(layer) }
        guard case .linear = stack.last else { throw .architecture("training needs a linear layer at the end") }
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
            case .bank, .harmonics, .grid, .notes: throw Self.needsOrder(layer)
            case .logistic: throw .architecture("training takes a logistic layer at the end alone")
            }
        }
        guard layers.contains(where: \.isTrained) else { throw .architecture("every layer is fixed: nothing to train") }
        self.layers = layers
        samples = FloatBuffer(count: batch * layout.samples)
        activations = ([layout.window] + layers.dropLast().map(\.outputCount)).map { FloatBuffer(count: windows * $0) }
        outputs = FloatBuffer(count: windows * layout.outputs)
        outputGradients = FloatBuffer(count: windows * layout.outputs)
    }

    private static func needsOrder(_ layer: Layer) -> ModelError {
        .architecture(
            "a layer '\(layer.name)' is trained in a stack of bank, harmonics, grid layers with relu between them, notes and logistic, "
                + "with time steps that are multiples of the recipe's spacing")
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

    /// Divides samples by their norm + 1e-5, as the paper's authors' code does.
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

/// One layer of a ``DirectNetwork``: activations of a number of windows lie one after the other, [windows][positions]
/// [channels].
protocol DirectLayer: AnyObject {
    /// Floats the layer gives for one window.
    var outputCount: Int { get }
    var parameters: [Parameter] { get }

    func forward(_ input: UnsafeMutablePointer<Float>, into output: UnsafeMutablePointer<Float>, team: ThreadTeam)

    /// Computes the gradients of the layer's parameters and, when `throughInput` holds, puts the gradient of its input
    /// where the input is.
    ///
    /// - Parameter gradient: the loss's derivative by the layer's output.
    func backward(
        _ input: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>, throughInput: Bool, team: ThreadTeam)
}

extension DirectLayer {
    var parameters: [Parameter] { [] }
    var isTrained: Bool { parameters.contains(where: \.isTrained) }
}
