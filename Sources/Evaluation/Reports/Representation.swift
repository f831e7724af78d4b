import Networks

/// The name of a network in the paper's tables: "MLP, 500 nodes", "CNN, 64 stride", "log-spectrograms".
public enum Representation {
    /// The key of the name in a model's metadata.
    public static let key = "representation"

    /// The name from the model's metadata, or else one derived from its layers, or else `fallback`.
    public static func name(of info: ModelInfo, fallback: String) -> String {
        if let name = info.extra[key], !name.isEmpty { return name }
        return derived(info) ?? fallback
    }

    /// Derives the name from the layers; nil unless they have the form of one of the paper's learned models.
    ///
    /// As in the paper, the stride of a CNN is that of the features that reach the linear layer: a convolution every 8
    /// samples, pooled every 8 positions, is "CNN, 64 stride". Networks that pool all positions into one are "AvgPool"
    /// with the stride of their filters.
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
