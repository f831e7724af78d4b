import Kernels

/// Runs a network on a stream, one hop at a time. Its output for each window equals that of whole-window evaluation.
///
/// Networks of the paper's form, and networks of convolutions on log-frequency filters, share all work between
/// overlapping windows. Other networks, such as those that normalise each window, are evaluated window by window, which
/// is about thirty times slower.
///
/// One owner, any thread; no allocation and no lock after `init`. `init` copies the weights into a packed layout that
/// takes about twice the model's size.
public final class StreamingNetwork {
    public let info: ModelInfo
    /// Outputs per hop: 128 for each head of the architecture, in its order.
    public let outputCount: Int
    /// Whether overlapping windows share their work.
    public var isShared: Bool { if case .windowed = engine { false } else { true } }

    private enum Engine {
        case shared(SharedEngine)
        case grid(GridEngine)
        case windowed(WindowNetwork)
    }

    private let engine: Engine
    private var conditioner: LevelConditioner?
    /// The last samples that the engine needs, oldest first, ending with the newest hop.
    private let history: Scratch

    public init(model: Model) throws(ModelError) {
        info = model.info
        outputCount = model.info.architecture.heads.count * Architecture.notesPerHead
        conditioner = model.info.architecture.conditioning.map {
            LevelConditioner($0, hop: model.info.hop, sampleRate: model.info.sampleRate)
        }
        if let geometry = StreamGeometry(model.info) {
            engine = .shared(try SharedEngine(model: model, geometry: geometry))
            history = Scratch(geometry.width + geometry.hop)
        } else if let stack = GridStack(sharing: model.info) {
            let grid = try GridEngine(model: model, stack: stack, capacity: 1)
            engine = .grid(grid)
            history = Scratch(grid.width)
        } else {
            engine = .windowed(try WindowNetwork(model: model))
            history = Scratch(model.info.window)
        }
    }

    /// Processes the next `info.hop` samples and writes the posteriors of the window that ends with them.
    ///
    /// Silence is assumed before the first sample of an epoch. Samples that are not finite count as zero.
    /// - Parameters:
    ///   - hop: `info.hop` samples at `info.sampleRate`; missing ones count as zero.
    ///   - posteriors: receives `outputCount` values.
    public func process(_ hop: Span<Float>, into posteriors: inout MutableSpan<Float>) {
        let kept = history.count - info.hop
        history.pointer.update(from: history.pointer + info.hop, count: kept)
        var newest = MutableSpan(_unsafeStart: history.pointer + kept, count: info.hop)
        for index in 0..<info.hop {
            let sample = index < hop.count ? hop[index] : 0
            newest[index] = sample.isFinite ? sample : 0
        }
        conditioner?.process(&newest)
        switch engine {
        case .shared(let shared): shared.process(history.pointer, into: &posteriors)
        case .grid(let grid): grid.process(history.pointer, hops: 1, into: &posteriors)
        case .windowed(let network):
            network.evaluate(Span(_unsafeStart: history.pointer, count: history.count), into: &posteriors)
        }
    }

    /// Analyses all further audio with the filters of `tuning`. Until the network has seen a window of it, the filters
    /// of both tunings contribute to the posteriors; nothing is cleared.
    ///
    /// - Returns: whether the tuning was made for this model; if not, nothing changes.
    public func retune(_ tuning: NetworkTuning) -> Bool {
        switch engine {
        case .shared: false
        case .grid(let grid): grid.retune(tuning)
        case .windowed(let network): network.retune(tuning)
        }
    }

    /// Begins a new epoch: clears all state.
    public func reset() {
        history.clear()
        conditioner?.reset()
        switch engine {
        case .shared(let shared): shared.reset()
        case .grid(let grid): grid.reset()
        case .windowed: break
        }
    }
}
