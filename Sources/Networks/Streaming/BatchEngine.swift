import Basics
import Kernels

/// The engine of ``BatchNetwork``: applies filters and linear layer to a batch of hops, each on two threads.
final class BatchEngine {
    private let geometry: StreamGeometry
    private let team = ThreadTeam(count: 2)
    private let capacity: Int
    private let filters: [StreamingFilters]
    private let responses: [Scratch]
    private let weights: [PackedMatrix]
    private let bias: [Float]
    private let tail: DenseTail
    private let history: Scratch
    private let features: Scratch
    /// The partial sums of the windows that end with this batch's hops and of the later windows that these hops
    /// contribute to.
    private let sums: Scratch
    private var batchHops = 0

    init(model: Model, geometry: StreamGeometry, capacity: Int) throws(ModelError) {
        self.geometry = geometry
        self.capacity = capacity
        let first = StreamingFilters(
            geometry, weights: model.tensors[Architecture.weightName(0)]?.values ?? [], capacity: (capacity + 1) / 2)
        filters = [first, StreamingFilters(sharing: first)]
        responses = (0..<2).map { _ in Scratch((geometry.positions + 1) * geometry.filters) }
        weights = geometry.weightsByLag(model).map {
            PackedMatrix($0, rows: geometry.features, columns: geometry.outputs)
        }
        bias = model.bias(3)
        tail = try DenseTail(model: model, from: 4, inputCount: geometry.outputs)
        history = Scratch(geometry.width + capacity * geometry.hop)
        features = Scratch(capacity * geometry.features)
        sums = Scratch((capacity + geometry.lags) * geometry.outputs)
    }

    /// Returns where to write the samples of the next `hops` hops; the last `width` samples before them are kept.
    func room(hops: Int) -> UnsafeMutablePointer<Float> {
        // Move the end of the previous batch to the front.
        history.pointer.update(from: history.pointer + batchHops * geometry.hop, count: geometry.width)
        batchHops = hops
        return history.pointer + geometry.width
    }

    /// Computes the posteriors of the hops written to the memory that ``room(hops:)`` returned.
    func process(hops: Int, into posteriors: inout MutableSpan<Float>) {
        let half = (hops + 1) / 2
        team.split(2) { parts, _ in
            let part = parts.lowerBound
            let first = part * half
            let count = min(half, hops - first)
            guard count > 0 else { return }
            filters[part].process(
                history.pointer + first * geometry.hop, hops: count, into: responses[part].pointer,
                pitch: geometry.filters
            ) { hop in
                geometry.pool(responses[part].pointer, into: features.pointer + (first + hop) * geometry.features)
            }
        }
        let panels = (geometry.outputs + NK_PANEL - 1) / NK_PANEL
        team.split(2) { parts, _ in
            let part = parts.lowerBound
            let share = part * panels / 2..<(part + 1) * panels / 2
            for (lag, matrix) in weights.enumerated() {
                matrix.multiply(
                    features.pointer, pitch: geometry.features, count: hops,
                    into: sums.pointer + lag * geometry.outputs, resultPitch: geometry.outputs, accumulating: true,
                    panels: share)
            }
        }
        for hop in 0..<hops {
            let row = sums.pointer + hop * geometry.outputs
            for index in bias.indices { row[index] += bias[index] }
            var part = posteriors._mutatingExtracting(hop * tail.outputCount..<(hop + 1) * tail.outputCount)
            tail.evaluate(row, into: &part)
        }
        let kept = geometry.lags * geometry.outputs
        sums.pointer.update(from: sums.pointer + hops * geometry.outputs, count: kept)
        (sums.pointer + kept).update(repeating: 0, count: capacity * geometry.outputs)
    }

    func reset() {
        history.clear()
        sums.clear()
        batchHops = 0
    }
}
