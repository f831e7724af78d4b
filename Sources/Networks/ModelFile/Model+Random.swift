import Basics

extension Model {
    /// A model with random weights: for benchmarks and tests, where only the arithmetic matters.
    ///
    /// - Parameter seed: the same seed gives the same weights.
    public static func random(_ architecture: Architecture, seed: UInt64) throws(ModelError) -> Model {
        var generator = SplitMix64(seed: seed)
        let info = ModelInfo(name: "random", architecture: architecture)
        var tensors: [String: Tensor] = [:]
        for (name, shape) in try architecture.tensorShapes(window: info.window) {
            // Small enough for outputs near 1, whatever the layer's width.
            let scale: Float = (shape.last ?? 1) > 4096 ? 0.01 : 0.1
            let count = shape.reduce(1, *)
            tensors[name] = Tensor(
                shape: shape, values: (0..<count).map { _ in Float.random(in: -scale...scale, using: &generator) })
        }
        return try Model(info: info, tensors: tensors)
    }
}
