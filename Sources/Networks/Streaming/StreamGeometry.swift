/// How the windows of a network of the paper's form (filters, log(1 + relu), pooling, linear) share their work.
///
/// Each hop adds `positions` new filter responses, which form `blocks` blocks of `poolStep`. A window consists of
/// `lags` hops of them. Pooling over several blocks is folded into the linear layer.
struct StreamGeometry: Equatable {
    let window: Int
    let hop: Int
    let filters: Int
    let width: Int
    let stride: Int
    let poolStep: Int
    /// Blocks per pooled region.
    let poolBlocks: Int
    /// New filter positions per hop, and the blocks that they form.
    let positions: Int
    let blocks: Int
    /// Hops of features per window.
    let lags: Int
    /// Outputs of the linear layer.
    let outputs: Int
    let hasBias: Bool

    /// New features per hop.
    var features: Int { blocks * filters }

    /// The geometry of `info`; nil if its windows do not share their work in this way.
    init?(_ info: ModelInfo) {
        let layers = info.architecture.layers
        guard !info.architecture.normalizesWindow, layers.count >= 4,
            case .convolution(let filters, let width, let stride) = layers[0], case .logReLU = layers[1],
            case .averagePool(let poolWidth, let poolStep) = layers[2], case .linear(let outputs, let bias) = layers[3],
            poolWidth % poolStep == 0, info.hop % (stride * poolStep) == 0, width % stride == 0,
            (info.window - width) % info.hop == 0
        else { return nil }
        window = info.window
        hop = info.hop
        self.filters = filters
        self.width = width
        self.stride = stride
        self.poolStep = poolStep
        poolBlocks = poolWidth / poolStep
        positions = info.hop / stride
        blocks = positions / poolStep
        lags = (info.window - width) / info.hop
        self.outputs = outputs
        hasBias = bias
        guard lags >= 1, lags * blocks >= poolBlocks, positions % 2 == 0 else { return nil }
    }

    /// Pooled regions per window.
    var regions: Int { lags * blocks - poolBlocks + 1 }
}
