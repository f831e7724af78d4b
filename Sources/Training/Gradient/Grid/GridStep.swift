import COneDNN
import Networks

/// One convolution over time and frequency under training, by oneDNN: forwards, and back to its input, weights and bias.
///
/// Data are [excerpts][positions][bands][maps], with the maps innermost.
final class GridStep {
    let weights: Parameter
    let bias: Parameter
    /// What comes out, after max(0, x) if that follows, and the gradient by it: filled before ``backward()``.
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
    /// The way to the input: nil for the first trained convolution.
    private let back: (weights: OneDNN.Memory, load: OneDNN.Primitive, product: OneDNN.Primitive)?
    private let rectifier: OneDNN.Primitive?

    /// The extents of the data on either side.
    struct Extent {
        let batch: Int
        let positions: Int
        let bands: Int
        let maps: Int

        var dimensions: [Int] { [batch, maps, positions, bands] }

        func layout(_ type: dnnl_data_type_t) throws(ModelError) -> dnnl_memory_desc_t {
            try OneDNN.layout(dimensions, strides: [positions * bands * maps, 1, bands * maps, maps], type: type)
        }
    }

    /// - Parameters:
    ///   - timeStep: positions of the excerpt from one that the convolution sees to the next.
    ///   - inputGradient: where the gradient by the input goes; nil if nobody needs it.
    ///   - outputType: of what comes out; its gradient has the input's type.
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
        // Ours are [time][bands][inputMaps][maps].
        let shape = [grid.maps, from.maps, grid.time, grid.bands]
        let own = try OneDNN.layout(
            shape, strides: [1, grid.maps, grid.bands * from.maps * grid.maps, from.maps * grid.maps], type: dnnl_f32)
        var biasLayout = try OneDNN.layout([grid.maps], strides: [1], type: dnnl_f32)
        ownWeights = try OneDNN.Memory(library, own, in: weights.weights)
        ownWeightGradient = try OneDNN.Memory(library, own, in: weights.gradients)
        ownBias = try OneDNN.Memory(library, biasLayout, in: bias.weights)
        ownBiasGradient = try OneDNN.Memory(library, biasLayout, in: bias.gradients)

        var source = input.layout
        var target = try to.layout(outputType)
        var targetGradient = try to.layout(type)
        var anyWeights = try OneDNN.anyLayout(shape, type: type)
        var anyGradient = try OneDNN.anyLayout(shape, type: dnnl_f32)
        let strides: [Int64] = [1, Int64(grid.bandStride)]
        let dilations: [Int64] = [Int64(timeStep - 1), Int64(grid.bandStep - 1)]
        let low: [Int64] = [0, Int64(frame.below)]
        let high: [Int64] = [0, Int64(frame.above)]
        let name = "convolution \(stage.layer) on batches of \(from.batch) excerpts"

        var attributes: dnnl_primitive_attr_t?
        try OneDNN.check(dnnl_primitive_attr_create(&attributes), name)
        defer { dnnl_primitive_attr_destroy(attributes) }
        if stage.isRectified {
            var after: dnnl_post_ops_t?
            try OneDNN.check(dnnl_post_ops_create(&after), name)
            defer { dnnl_post_ops_destroy(after) }
            try OneDNN.check(dnnl_post_ops_append_eltwise(after, 1, dnnl_eltwise_relu, 0, 0), name)
            try OneDNN.check(dnnl_primitive_attr_set_post_ops(attributes, after), name)
        }
        var forward = dnnl_convolution_desc_t()
        try OneDNN.check(
            dnnl_dilated_convolution_forward_desc_init(
                &forward, dnnl_forward_training, dnnl_convolution_direct, &source, &anyWeights, &biasLayout, &target,
                strides, dilations, low, high), name)
        product = try OneDNN.Primitive(library, &forward, attributes: attributes, doing: name)
        forwardWeights = try OneDNN.Memory(library, try product.layout(dnnl_query_weights_md))
        loadForward = try .reorder(library, from: ownWeights, to: forwardWeights)
        output = try OneDNN.Memory(library, target)
        outputGradient = try OneDNN.Memory(library, targetGradient)

        // The ways back take their hint from a plain product, without what follows it, of their own types.
        var plain = dnnl_convolution_desc_t()
        try OneDNN.check(
            dnnl_dilated_convolution_forward_desc_init(
                &plain, dnnl_forward_training, dnnl_convolution_direct, &source, &anyWeights, &biasLayout,
                &targetGradient, strides, dilations, low, high), name)
        let hint = try OneDNN.Primitive(library, &plain, doing: name)
        var backward = dnnl_convolution_desc_t()
        try OneDNN.check(
            dnnl_dilated_convolution_backward_weights_desc_init(
                &backward, dnnl_convolution_direct, &source, &anyGradient, &biasLayout, &targetGradient, strides,
                dilations, low, high), name)
        toWeights = try OneDNN.Primitive(library, &backward, hint: hint, doing: name)
        weightGradient = try OneDNN.Memory(library, try toWeights.layout(dnnl_query_diff_weights_md))
        storeGradient = try .reorder(library, from: weightGradient, to: ownWeightGradient)
        if let inputGradient {
            var through = inputGradient.layout
            var description = dnnl_convolution_desc_t()
            try OneDNN.check(
                dnnl_dilated_convolution_backward_data_desc_init(
                    &description, dnnl_convolution_direct, &through, &anyWeights, &targetGradient, strides, dilations,
                    low, high), name)
            let product = try OneDNN.Primitive(library, &description, hint: hint, doing: name)
            let memory = try OneDNN.Memory(library, try product.layout(dnnl_query_weights_md))
            back = (memory, try .reorder(library, from: ownWeights, to: memory), product)
        } else {
            back = nil
        }
        if stage.isRectified {
            var backwards = dnnl_eltwise_desc_t()
            try OneDNN.check(
                dnnl_eltwise_backward_desc_init(
                    &backwards, dnnl_eltwise_relu_use_dst_for_bwd, &targetGradient, &target, 0, 0), name)
            var forwards = dnnl_eltwise_desc_t()
            try OneDNN.check(
                dnnl_eltwise_forward_desc_init(
                    &forwards, dnnl_forward_training, dnnl_eltwise_relu_use_dst_for_bwd, &target, 0, 0), name)
            rectifier = try OneDNN.Primitive(
                library, &backwards, hint: try OneDNN.Primitive(library, &forwards, doing: name), doing: name)
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

    /// Takes ``outputGradient`` and computes the gradients of weights and bias, and of the input if it is wanted.
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
