import Kernels

/// The live engine for networks of the paper's form, whose windows share their work.
final class SharedEngine {
    private let geometry: StreamGeometry
    private let filters: StreamingFilters
    private let linear: StreamingLinear
    private let tail: DenseTail
    private let responses: Scratch

    init(model: Model, geometry: StreamGeometry) throws(ModelError) {
        self.geometry = geometry
        filters = StreamingFilters(geometry, weights: model.tensors[Architecture.weightName(0)]?.values ?? [])
        linear = StreamingLinear(
            weights: geometry.weightsByLag(model), featureCount: geometry.features, outputCount: geometry.outputs,
            bias: model.bias(3))
        tail = try DenseTail(model: model, from: 4, inputCount: geometry.outputs)
        responses = Scratch((geometry.positions + 1) * geometry.filters)
    }

    /// - Parameter samples: the last `width + hop` samples, oldest first.
    func process(_ samples: UnsafePointer<Float>, into posteriors: inout MutableSpan<Float>) {
        let features = linear.begin()
        filters.process(samples, hops: 1, into: responses.pointer, pitch: geometry.filters) { _ in
            geometry.pool(responses.pointer, into: features)
        }
        tail.evaluate(linear.complete(), into: &posteriors)
    }

    func reset() { linear.reset() }
}

extension StreamGeometry {
    /// Computes one hop's features from its filter responses: for each block, the sums over positions of log(1 + relu).
    func pool(_ responses: UnsafePointer<Float>, into features: UnsafeMutablePointer<Float>) {
        for block in 0..<blocks {
            nk_log_relu_sum(
                responses + block * poolStep * filters, filters, poolStep, filters, features + block * filters)
        }
    }

    /// The linear layer's weights by lag, `[features of a hop][outputs]` each, with the pooling folded in: a block's
    /// weight is the sum of the weights of the regions that contain it, divided by the positions per region.
    func weightsByLag(_ model: Model) -> [[Float]] {
        let weights = model.tensors[Architecture.weightName(3)]?.values ?? []
        let inputs = regions * filters
        let scale = 1 / Float(poolBlocks * poolStep)
        return (0..<lags).map { lag in
            var matrix = [Float](repeating: 0, count: features * outputs)
            for part in 0..<blocks {
                let block = (lags - 1 - lag) * blocks + part
                for region in max(0, block - poolBlocks + 1)...min(block, regions - 1) {
                    for filter in 0..<filters {
                        let row = (part * filters + filter) * outputs
                        for output in 0..<outputs {
                            matrix[row + output] += scale * weights[output * inputs + region * filters + filter]
                        }
                    }
                }
            }
            return matrix
        }
    }
}
