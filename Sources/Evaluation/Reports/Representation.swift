import Networks

/// What the paper's tables call a network: "MLP, 500 nodes", "CNN, 64 stride", "log-spectrograms".
public enum Representation {
    /// The entry of a model's metadata that says it.
    public static let key = "representation"

    /// The name that the model file carries, or one made from its layers, or `fallback`.
    public static func name(of info: ModelInfo, fallback: String) -> String {
        if let name = info.extra[key], !name.isEmpty { return name }
        return derived(info) ?? fallback
    }

    /// From the layers, for the forms that the paper's learned models have.
    ///
    /// A stride is that of the features that reach the linear layer, as in the paper: its convolution every 8 samples,
    /// pooled every 8 positions, is "CNN, 64 stride". Networks that pool all positions into one are "AvgPool", with the
    /// stride of the filters.
    private static func derived(_ info: ModelInfo) -> String? {
        let layers = info.architecture.layers
        guard let shapes = try? info.architecture.shapes(window: info.window), layers.count >= 3 else { return nil }
        switch layers[0] {
        case .linear(let nodes, _):
            guard case .linear = layers[2] else { return nil }
            return "MLP, \(nodes) nodes"
        case .convolution(let filters, _, let stride):
            if shapes[1].positions == 1, case .linear = layers[2] { return "MLP, \(filters) nodes" }
            guard case .averagePool(_, let step) = layers[2] else { return nil }
            return shapes[3].positions == 1 ? "AvgPool, \(stride) stride" : "CNN, \(stride * step) stride"
        default: return nil
        }
    }
}
