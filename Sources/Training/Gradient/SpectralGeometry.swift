import Networks

/// The dimensions of a network of the paper's form (filters, log(1 + relu), pooling, one linear layer) on excerpts
/// that each hold several windows.
///
/// The windows of an excerpt share filter responses, so each further window costs only the responses that are new.
struct SpectralGeometry: Sendable {
    let layout: ExcerptLayout
    let filters: Int
    let width: Int
    let stride: Int
    /// Positions in a block; equals the pooling step.
    let poolStep: Int
    /// Blocks in a pooled region.
    let poolBlocks: Int
    /// Pooled regions in a window.
    let regions: Int
    let hasBias: Bool
    /// Whether each window is divided by its norm. If so, an excerpt holds a single window.
    let normalizesWindow: Bool

    /// Index of the linear layer in the architecture.
    static let linearLayer = 3

    /// Returns nil for a network or layout that the frequency domain implementation doesn't support.
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
    /// Filter taps in one of the `stride` phases (see ``SpectralNetwork``).
    var taps: Int { width / stride }
    /// Transform length: the samples of one phase, rounded up to a power of two.
    var transform: Int {
        var n = 4
        while n < (samples + stride - 1) / stride { n *= 2 }
        return n
    }
    var bins: Int { transform / 2 + 1 }
    /// Distance between two windows of the excerpt, in pooled regions.
    var regionStep: Int { layout.step / (stride * poolStep) }
    /// Pooled regions in the whole excerpt.
    var excerptRegions: Int { regions + (windowsPerExcerpt - 1) * regionStep }
    /// Blocks in the whole excerpt. Only their positions are used.
    var blocks: Int { excerptRegions + poolBlocks - 1 }
    var positions: Int { blocks * poolStep }
    /// Inputs of the linear layer.
    var features: Int { regions * filters }
    /// Whether at least half of each transform's positions are used. Below that, direct products are faster.
    var isWorthwhile: Bool { positions * 2 >= transform }
}
