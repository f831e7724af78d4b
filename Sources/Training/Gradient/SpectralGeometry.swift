import Networks

/// The extents of a network of the paper's form (filters, log(1 + relu), pooling, one linear layer) on excerpts of audio
/// that each hold several windows.
///
/// Windows of an excerpt share every filter response they have in common, so a second window costs only what is new.
struct SpectralGeometry: Sendable {
    let layout: ExcerptLayout
    let filters: Int
    let width: Int
    let stride: Int
    /// Positions in a block: the pooling step.
    let poolStep: Int
    /// Blocks in a pooled region.
    let poolBlocks: Int
    /// Pooled regions of one window.
    let regions: Int
    let hasBias: Bool
    /// Whether each window is divided by its norm; then excerpts hold one window.
    let normalizesWindow: Bool

    /// Index of the linear layer in the architecture.
    static let linearLayer = 3

    /// Nil for a network or a layout that the frequency domain doesn't suit.
    init?(_ architecture: Architecture, layout: ExcerptLayout) {
        guard architecture.layers.count >= 4, let shapes = try? architecture.shapes(window: layout.window),
            case .convolution(let filters, let width, let stride) = architecture.layers[0],
            case .logReLU = architecture.layers[1],
            case .averagePool(let poolWidth, let poolStep) = architecture.layers[2],
            case .linear(_, let bias) = architecture.layers[3],
            architecture.layers.count == 4 || architecture.layers[4...] == [.logistic],
            width % stride == 0, poolWidth % poolStep == 0, filters % 2 == 0, stride % 2 == 0,
            layout.windowsPerExcerpt == 1
                || (!architecture.normalizesWindow && layout.step % (stride * poolStep) == 0)
        else { return nil }
        self.layout = layout
        self.filters = filters
        self.width = width
        self.stride = stride
        self.poolStep = poolStep
        poolBlocks = poolWidth / poolStep
        regions = shapes[3].positions
        hasBias = bias
        normalizesWindow = architecture.normalizesWindow
    }

    var outputs: Int { layout.outputs }
    var samples: Int { layout.samples }
    var windowsPerExcerpt: Int { layout.windowsPerExcerpt }
    /// Filter taps of one of the `stride` phases the samples are dealt out to.
    var taps: Int { width / stride }
    /// Length of the transforms: the samples of one phase, rounded up to a power of two.
    var transform: Int {
        var n = 4
        while n < (samples + stride - 1) / stride { n *= 2 }
        return n
    }
    var bins: Int { transform / 2 + 1 }
    /// Pooled regions from one window of the excerpt to the next.
    var regionStep: Int { layout.step / (stride * poolStep) }
    /// Pooled regions of the whole excerpt.
    var excerptRegions: Int { regions + (windowsPerExcerpt - 1) * regionStep }
    /// Blocks of the whole excerpt; their positions are all that is ever used.
    var blocks: Int { excerptRegions + poolBlocks - 1 }
    var positions: Int { blocks * poolStep }
    /// Inputs of the linear layer.
    var features: Int { regions * filters }
    /// Whether most positions of the transforms are used: otherwise plain products cost less.
    var isWorthwhile: Bool { positions * 2 >= transform }
}
