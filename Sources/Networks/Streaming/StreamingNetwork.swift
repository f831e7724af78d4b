import Kernels

/// Runs a network on a stream, one hop at a time; its output for each window equals the whole-window network's.
///
/// Networks of the paper's form, and those of filters in log-frequency under convolutions, share all work between overlapping windows.
/// Others, such as those that normalise each window, are evaluated window by window: just as right, and about thirty times slower.
///
/// One owner, any thread; no allocation and no lock after `init`. The weights are laid out anew at `init`: about twice
/// the model's size.
public final class StreamingNetwork {
    public let info: ModelInfo
    /// Numbers per hop: 128 for each head of the architecture, in its order.
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
    /// The last samples the engine needs, oldest first, the newest hop at the end.
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

    /// Takes the next `info.hop` samples and writes the posteriors of the window that ends with them.
    ///
    /// Before the first sample of an epoch, silence is assumed. Samples that are not finite count as zero.
    /// - Parameters:
    ///   - hop: `info.hop` samples at `info.sampleRate`; fewer are followed by silence.
    ///   - posteriors: `outputCount` numbers.
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

    /// Begins a new epoch: what was heard is forgotten.
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
