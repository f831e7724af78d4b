/// Runs a network on a recording, many hops at a time and on two threads. Its posteriors equal those of
/// ``StreamingNetwork`` up to float rounding. It is several times faster, because the weights are read once per batch.
///
/// For files, where latency does not matter. One owner; constant memory. Networks whose windows share no work are
/// evaluated window by window, with many windows per product, on the calling thread.
public final class BatchNetwork {
    public let info: ModelInfo
    /// Outputs per hop: 128 for each head of the architecture, in its order.
    public let outputCount: Int
    /// The maximum number of hops per call of ``process(_:into:)``.
    public let capacity: Int

    private enum Engine {
        case shared(BatchEngine)
        case grid(GridEngine, history: Scratch)
        case windowed(WindowNetwork, history: Scratch)
    }

    private let engine: Engine
    private var conditioner: LevelConditioner?

    /// - Parameter capacity: the maximum number of hops per call; at least 2.
    public init(model: Model, capacity: Int = 128) throws(ModelError) {
        info = model.info
        outputCount = model.info.architecture.heads.count * Architecture.notesPerHead
        self.capacity = max(2, capacity)
        if let geometry = StreamGeometry(model.info) {
            engine = .shared(try BatchEngine(model: model, geometry: geometry, capacity: self.capacity))
        } else if let stack = GridStack(sharing: model.info) {
            let grid = try GridEngine(model: model, stack: stack, capacity: self.capacity)
            engine = .grid(grid, history: Scratch(grid.width + self.capacity * model.info.hop))
        } else {
            engine = .windowed(
                try WindowNetwork(model: model, capacity: self.capacity),
                history: Scratch(model.info.window + self.capacity * model.info.hop))
        }
        conditioner = model.info.architecture.conditioning.map {
            LevelConditioner($0, hop: model.info.hop, sampleRate: model.info.sampleRate)
        }
    }

    /// Processes the next hops, complete ones and at most ``capacity``, and writes `outputCount` posteriors for each.
    public func process(_ samples: Span<Float>, into posteriors: inout MutableSpan<Float>) {
        let hops = min(samples.count / info.hop, capacity, posteriors.count / max(1, outputCount))
        switch engine {
        case .shared(let batch):
            take(samples, hops: hops, into: batch.room(hops: hops))
            batch.process(hops: hops, into: &posteriors)
        case .grid(let grid, let history):
            take(samples, hops: hops, into: history.pointer + grid.width)
            grid.process(history.pointer + info.hop, hops: hops, into: &posteriors)
            history.pointer.update(from: history.pointer + hops * info.hop, count: grid.width)
        case .windowed(let network, let history):
            take(samples, hops: hops, into: history.pointer + info.window)
            for first in stride(from: 0, to: hops, by: network.capacity) {
                let count = min(network.capacity, hops - first)
                let results = network.evaluate(
                    history.pointer + (first + 1) * info.hop, pitch: info.hop, count: count)
                for index in 0..<count * outputCount { posteriors[first * outputCount + index] = results[index] }
            }
            history.pointer.update(from: history.pointer + hops * info.hop, count: info.window)
        }
    }

    /// Writes conditioned samples to `target`. Samples that are not finite count as zero.
    private func take(_ samples: Span<Float>, hops: Int, into target: UnsafeMutablePointer<Float>) {
        for hop in 0..<hops {
            let start = hop * info.hop
            var part = MutableSpan(_unsafeStart: target + start, count: info.hop)
            for index in 0..<info.hop {
                let sample = samples[start + index]
                part[index] = sample.isFinite ? sample : 0
            }
            conditioner?.process(&part)
        }
    }

    /// The copies of the filters that ``retune(_:)`` needs.
    public static let tuningCopies = 2

    /// As ``StreamingNetwork/retune(_:)``.
    public func retune(_ tuning: NetworkTuning) -> Bool {
        switch engine {
        case .shared: false
        case .grid(let grid, _): grid.retune(tuning)
        case .windowed(let network, _): network.retune(tuning)
        }
    }

    /// Begins a new epoch: clears all state.
    public func reset() {
        conditioner?.reset()
        switch engine {
        case .shared(let batch): batch.reset()
        case .grid(let grid, let history):
            grid.reset()
            history.clear()
        case .windowed(_, let history): history.clear()
        }
    }
}
