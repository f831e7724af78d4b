import COneDNN
import Networks

/// The training of one convolution over time and frequency. oneDNN computes its forward pass and its gradients.
///
/// Data are [excerpts][positions][bands][maps], with the maps innermost.
final class GridStep {
    let weights: Parameter
    let bias: Parameter
    /// The output, rectified if a `relu` follows, and the gradient with respect to it. The caller writes the gradient
    /// before ``backward()``.
    let output: OneDNN.Memory
    let outputGradient: OneDNN.Memory

    private let library: OneDNN
    private let input: OneDNN.Memory
    private let inputGradient: OneDNN.Memory?
    private let ownWeights: OneDNN.Memory
    private let ownWeightGradient: OneDNN.Memory
    private let ownBias: OneDNN.Memory
    private let ownBiasGradient: OneDNN.Memory
    private let forwardWeights: OneDNN.Memory
    private let loadForward: OneDNN.Primitive
    private let product: OneDNN.Primitive
    private let weightGradient: OneDNN.Memory
    private let toWeights: OneDNN.Primitive
    private let storeGradient: OneDNN.Primitive
    /// Computes the gradient with respect to the input; nil for the first trained convolution.
    private let back: (weights: OneDNN.Memory, load: OneDNN.Primitive, product: OneDNN.Primitive)?
    private let rectifier: OneDNN.Primitive?

    /// The extents of an input or output.
    struct Extent {
        let batch: Int
        let positions: Int
        let bands: Int
        let maps: Int

        var dimensions: [Int] { [batch, maps, positions, bands] }

        func layout(_ type: dnnl_data_type_t) throws(ModelError) -> OneDNN.Layout {
            try OneDNN.Layout(dimensions, strides: [positions * bands * maps, 1, bands * maps, maps], type: type)
        }
    }

    /// - Parameters:
    ///   - timeStep: distance between two positions that the convolution reads, in positions of the excerpt.
    ///   - inputGradient: receives the gradient with respect to the input; nil if it is not needed.
    ///   - outputType: data type of the output. Its gradient has the input's type.
    init(
        _ library: OneDNN, stage: GridStack.Stage, input: OneDNN.Memory, from: Extent, timeStep: Int,
        inputGradient: OneDNN.Memory?, type: dnnl_data_type_t, outputType: dnnl_data_type_t, isTrained: Bool
    ) throws(ModelError) {
        self.library = library
        self.input = input
        self.inputGradient = inputGradient
        let grid = stage.grid
        let frame = GridFrame(bands: from.bands, maps: from.maps, reader: grid)
        let to = Extent(
            batch: from.batch, positions: from.positions - (grid.time - 1) * timeStep,
            bands: from.bands / grid.bandStride,
            maps: grid.maps)
        func parameter(_ name: String, _ role: Parameter.Role, _ count: Int) -> Parameter {
            Parameter(
                name: name, role: role, weights: FloatBuffer(count: count), gradients: FloatBuffer(count: count),
                isTrained: isTrained)
        }
        weights = parameter(
            Architecture.weightName(stage.layer),
            .grid(time: grid.time, bands: grid.bands, inputs: from.maps, maps: grid.maps),
            grid.time * grid.bands * from.maps * grid.maps)
        bias = parameter(Architecture.biasName(stage.layer), .bias(outputs: grid.maps), grid.maps)
        // The parameters are [time][bands][inputMaps][maps].
        let shape = [grid.maps, from.maps, grid.time, grid.bands]
        let own = try OneDNN.Layout(
            shape, strides: [1, grid.maps, grid.bands * from.maps * grid.maps, from.maps * grid.maps], type: dnnl_f32)
        let biasLayout = try OneDNN.Layout([grid.maps], strides: [1], type: dnnl_f32)
        ownWeights = try OneDNN.Memory(library, own, in: weights.weights)
        ownWeightGradient = try OneDNN.Memory(library, own, in: weights.gradients)
        ownBias = try OneDNN.Memory(library, biasLayout, in: bias.weights)
        ownBiasGradient = try OneDNN.Memory(library, biasLayout, in: bias.gradients)

        let source = input.layout
        let target = try to.layout(outputType)
        let targetGradient = try to.layout(type)
        let anyWeights = try OneDNN.Layout(anyOrderOf: shape, type: type)
        let anyGradient = try OneDNN.Layout(anyOrderOf: shape, type: dnnl_f32)
        var window = conednn_window(
            [1, Int64(grid.bandStride)], [Int64(timeStep - 1), Int64(grid.bandStep - 1)], [0, Int64(frame.below)],
            [0, Int64(frame.above)])
        let name = "convolution \(stage.layer) on batches of \(from.batch) excerpts"
        let engine = library.engine

        product = try OneDNN.Primitive(name) {
            conednn_convolution(
                $0, engine, source.handle, anyWeights.handle, biasLayout.handle, target.handle, &window,
                stage.isRectified)
        }
        forwardWeights = try OneDNN.Memory(library, OneDNN.Layout(expectedBy: product, dnnl_query_weights_md))
        loadForward = try .reorder(library, from: ownWeights, to: forwardWeights)
        output = try OneDNN.Memory(library, target)
        outputGradient = try OneDNN.Memory(library, targetGradient)

        // The backward primitives need a hint: the same convolution without rectification, in their own data types.
        let hint = try OneDNN.Primitive(name) {
            conednn_convolution(
                $0, engine, source.handle, anyWeights.handle, biasLayout.handle, targetGradient.handle, &window, false)
        }
        toWeights = try OneDNN.Primitive(name) {
            conednn_convolution_weight_gradient(
                $0, engine, source.handle, anyGradient.handle, biasLayout.handle, targetGradient.handle, &window,
                hint.description)
        }
        weightGradient = try OneDNN.Memory(
            library, OneDNN.Layout(expectedBy: toWeights, dnnl_query_diff_weights_md))
        storeGradient = try .reorder(library, from: weightGradient, to: ownWeightGradient)
        if let inputGradient {
            let product = try OneDNN.Primitive(name) {
                conednn_convolution_input_gradient(
                    $0, engine, inputGradient.layout.handle, anyWeights.handle, targetGradient.handle, &window,
                    hint.description)
            }
            let memory = try OneDNN.Memory(library, OneDNN.Layout(expectedBy: product, dnnl_query_weights_md))
            back = (memory, try .reorder(library, from: ownWeights, to: memory), product)
        } else {
            back = nil
        }
        if stage.isRectified {
            rectifier = try OneDNN.Primitive(name) {
                conednn_rectifier_gradient($0, engine, targetGradient.handle, target.handle)
            }
        } else {
            rectifier = nil
        }
    }

    func forward() {
        library.run(loadForward, [(DNNL_ARG_FROM, ownWeights), (DNNL_ARG_TO, forwardWeights)])
        library.run(
            product,
            [
                (DNNL_ARG_SRC, input), (DNNL_ARG_WEIGHTS, forwardWeights), (DNNL_ARG_BIAS, ownBias),
                (DNNL_ARG_DST, output),
            ])
    }

    /// Computes the gradients with respect to weights and bias from ``outputGradient``, and to the input if needed.
    func backward() {
        if let rectifier {
            library.run(
                rectifier,
                [(DNNL_ARG_DST, output), (DNNL_ARG_DIFF_DST, outputGradient), (DNNL_ARG_DIFF_SRC, outputGradient)])
        }
        if weights.isTrained {
            library.run(
                toWeights,
                [
                    (DNNL_ARG_SRC, input), (DNNL_ARG_DIFF_DST, outputGradient),
                    (DNNL_ARG_DIFF_WEIGHTS, weightGradient), (DNNL_ARG_DIFF_BIAS, ownBiasGradient),
                ])
            library.run(storeGradient, [(DNNL_ARG_FROM, weightGradient), (DNNL_ARG_TO, ownWeightGradient)])
        }
        if let back, let inputGradient {
            library.run(back.load, [(DNNL_ARG_FROM, ownWeights), (DNNL_ARG_TO, back.weights)])
            library.run(
                back.product,
                [
                    (DNNL_ARG_DIFF_DST, outputGradient), (DNNL_ARG_WEIGHTS, back.weights),
                    (DNNL_ARG_DIFF_SRC, inputGradient),
                ])
        }
    }
}
