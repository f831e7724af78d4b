import Networks

/// The extents of a network of the paper's form (filters, log(1 + relu), pooling, one linear layer) on excerpts of audio
/// that each hold several windows.
///
/// Windows of an excerpt share every filter response they have in common, so a second window costs only what is new.
struct ExcerptGeometry: Sendable {
    let window: Int
    let hop: Int
    let filters: Int
    let width: Int
    let stride: Int
    /// Positions in a block: the pooling step.
    let poolStep: Int
    /// Blocks in a pooled region.
    let poolBlocks: Int
    /// Pooled regions of one window.
    let regions: Int
    let outputs: Int
    let hasBias: Bool
    /// Index of the linear layer in the architecture.
    let linearLayer: Int
    /// Windows in an excerpt, and hops from one to the next.
    let windowsPerExcerpt: Int
    let spacing: Int

    /// - Throws: ``ModelError/architecture(_:)`` for a network of another form.
    init(
        architecture: Architecture, window: Int, hop: Int, windowsPerExcerpt: Int, spacing: Int
    ) throws(ModelError) {
        let shapes = try architecture.shapes(window: window)
        let form = "training takes a convolution, log_relu, average_pool, one linear layer and perhaps a logistic one"
        guard architecture.layers.count >= 4,
            case .convolution(let filters, let width, let stride) = architecture.layers[0],
            case .logReLU = architecture.layers[1],
            case .averagePool(let poolWidth, let poolStep) = architecture.layers[2],
            case .linear(let outputs, let bias) = architecture.layers[3],
            architecture.layers.count == 4 || architecture.layers[4...] == [.logistic], !architecture.normalizesWindow
        else { throw .architecture(form) }
        guard width % stride == 0, hop % (stride * poolStep) == 0, poolWidth % poolStep == 0, filters % 2 == 0,
            stride % 2 == 0
        else {
            throw .architecture(
                "training needs filters and stride to be even, the filter width a multiple of the stride, the pooled "
                    + "width a multiple of its step, and the hop a multiple of stride x step")
        }
        self.window = window
        self.hop = hop
        self.filters = filters
        self.width = width
        self.stride = stride
        self.poolStep = poolStep
        poolBlocks = poolWidth / poolStep
        regions = shapes[3].positions
        self.outputs = outputs
        hasBias = bias
        linearLayer = 3
        self.windowsPerExcerpt = max(1, windowsPerExcerpt)
        self.spacing = max(1, spacing)
    }

    /// Samples of an excerpt.
    var samples: Int { window + (windowsPerExcerpt - 1) * spacing * hop }
    /// Filter taps of one of the `stride` phases the samples are dealt out to.
    var taps: Int { width / stride }
    /// Length of the transforms: the samples of one phase, rounded up to a power of two.
    var transform: Int {
        var n = 4
        while n < samples / stride { n *= 2 }
        return n
    }
    var bins: Int { transform / 2 + 1 }
    /// Pooled regions from one window of the excerpt to the next.
    var regionStep: Int { spacing * hop / (stride * poolStep) }
    /// Pooled regions of the whole excerpt.
    var excerptRegions: Int { regions + (windowsPerExcerpt - 1) * regionStep }
    /// Blocks of the whole excerpt; their positions are all that is ever used.
    var blocks: Int { excerptRegions + poolBlocks - 1 }
    var positions: Int { blocks * poolStep }
    /// Inputs of the linear layer.
    var features: Int { regions * filters }
}
