/// Runs a network on a recording, many hops at once and on two threads: the same posteriors as ``StreamingNetwork``, to
/// float rounding, several times faster, because the weights are read once for all hops of a batch.
///
/// For files, where nobody waits for the next hop. One owner; memory is constant. Networks whose windows don't share their
/// work are evaluated one by one.
public final class BatchNetwork {
    public let info: ModelInfo
    /// Numbers per hop: 128 for each head of the architecture, in its order.
    public let outputCount: Int
    /// The most hops that ``process(_:into:)`` takes.
    public let capacity: Int

    private enum Engine {
        case shared(BatchEngine)
        case hopByHop(StreamingNetwork)
    }

    private let engine: Engine
    private var conditioner: LevelConditioner?

    /// - Parameter capacity: hops to be taken at once, at most.
    public init(model: Model, capacity: Int = 128) throws(ModelError) {
        info = model.info
        outputCount = model.info.architecture.heads.count * Architecture.notesPerHead
        self.capacity = max(2, capacity)
        if let geometry = StreamGeometry(model.info) {
            engine = .shared(try BatchEngine(model: model, geometry: geometry, capacity: self.capacity))
            conditioner = model.info.architecture.conditioning.map {
                LevelConditioner($0, hop: model.info.hop, sampleRate: model.info.sampleRate)
            }
        } else {
            engine = .hopByHop(try StreamingNetwork(model: model))
        }
    }

    /// Takes the next hops, whole ones, at most ``capacity``, and writes `outputCount` posteriors for each.
    public func process(_ samples: Span<Float>, into posteriors: inout MutableSpan<Float>) {
        let hops = min(samples.count / info.hop, capacity, posteriors.count / max(1, outputCount))
        switch engine {
        case .shared(let batch):
            let newest = batch.room(hops: hops)
            for hop in 0..<hops {
                let start = hop * info.hop
                var part = MutableSpan(_unsafeStart: newest + start, count: info.hop)
                for index in 0..<info.hop {
                    let sample = samples[start + index]
                    part[index] = sample.isFinite ? sample : 0
                }
                conditioner?.process(&part)
            }
            batch.process(hops: hops, into: &posteriors)
        case .hopByHop(let network):
            for hop in 0..<hops {
                var part = posteriors._mutatingExtracting(hop * outputCount..<(hop + 1) * outputCount)
                network.process(samples.extracting(hop * info.hop..<(hop + 1) * info.hop), into: &part)
            }
        }
    }

    /// Begins a new epoch: what was heard is forgotten.
    public func reset() {
        conditioner?.reset()
        switch engine {
        case .shared(let batch): batch.reset()
        case .hopByHop(let network): network.reset()
        }
    }
}
