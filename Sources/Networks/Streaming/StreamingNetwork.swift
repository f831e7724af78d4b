import Kernels

/// Runs a network on a stream, one hop at a time. Its output for each window equals that of whole-window evaluation.
///
/// Networks of the paper's form, and networks of convolutions on log-frequency filters, share all work between
/// overlapping windows. Other networks, such as those that normalise each window, are evaluated window by window, which
/// is about thirty times slower.
///
/// **Silence.** A window without a sample other than zero is not evaluated again: its output is that of the first such
/// window. The caller may also leave windows unevaluated, with ``take(_:)`` instead of ``process(_:into:)``. Neither
/// changes any later output: ``evaluate(atMost:into:)`` first evaluates the windows that the newest one shares work
/// with, at most ``context`` of them, and none that consist of zeros.
///
/// One owner, any thread; no allocation and no lock after `init`. `init` copies the weights into a packed layout that
/// takes about twice the model's size.
public final class StreamingNetwork {
    public let info: ModelInfo
    /// Outputs per hop: 128 for each head of the architecture, in its order.
    public let outputCount: Int
    /// Whether overlapping windows share their work.
    public var isShared: Bool { if case .windowed = engine { false } else { true } }
    /// Windows before a window that must be evaluated first, because it shares work with them.
    public let context: Int
    /// Windows taken and not evaluated that the newest one needs, itself included: 0...``context`` + 1.
    public private(set) var pending = 0

    private enum Engine {
        case shared(SharedEngine)
        case grid(GridEngine)
        case windowed(WindowNetwork)
    }

    private let engine: Engine
    /// Samples that the engine reads for each hop.
    private let reach: Int
    private var conditioner: LevelConditioner?
    /// Conditioned samples: the windows of all pending hops.
    private let history: SampleHistory
    /// The output of a window of zeros, once one has been evaluated.
    private let silence: Scratch
    private var hasSilence = false
    /// Whether the engine's state is the one after a long silence.
    private var isEngineSilent = true
    /// Whether windows have been left out for good, so that the engine's state doesn't lead to the pending ones.
    private var isEngineStale = false

    public init(model: Model) throws(ModelError) {
        info = model.info
        outputCount = model.info.architecture.heads.count * Architecture.notesPerHead
        conditioner = model.info.architecture.conditioning.map {
            LevelConditioner($0, hop: model.info.hop, sampleRate: model.info.sampleRate)
        }
        if let geometry = StreamGeometry(model.info) {
            engine = .shared(try SharedEngine(model: model, geometry: geometry))
            reach = geometry.width + geometry.hop
        } else if let stack = GridStack(sharing: model.info) {
            let grid = try GridEngine(model: model, stack: stack, capacity: 1)
            engine = .grid(grid)
            reach = grid.width
        } else {
            engine = .windowed(try WindowNetwork(model: model))
            reach = model.info.window
        }
        context = (model.info.window - reach) / model.info.hop
        history = SampleHistory(count: model.info.window, hop: model.info.hop)
        silence = Scratch(outputCount)
    }

    /// Processes the next `info.hop` samples and writes the posteriors of the window that ends with them.
    ///
    /// Silence is assumed before the first sample of an epoch. Samples that are not finite count as zero.
    /// - Parameters:
    ///   - hop: `info.hop` samples at `info.sampleRate`; missing ones count as zero.
    ///   - posteriors: receives `outputCount` values.
    public func process(_ hop: Span<Float>, into posteriors: inout MutableSpan<Float>) {
        take(hop)
        evaluate(atMost: .max, into: &posteriors)
    }

    /// Takes the next `info.hop` samples without evaluating the window that ends with them. Costs almost nothing.
    public func take(_ hop: Span<Float>) {
        history.append { newest in
            for index in newest.indices {
                let sample = index < hop.count ? hop[index] : 0
                newest[index] = sample.isFinite ? sample : 0
            }
            conditioner?.process(&newest)
        }
        if pending > context { isEngineStale = true }
        pending = min(pending + 1, context + 1)
    }

    /// Evaluates the oldest pending windows.
    ///
    /// - Parameters:
    ///   - limit: how many; at least 1. The cost of one is that of a hop.
    ///   - posteriors: receives the `outputCount` values of the newest window if it was evaluated; otherwise
    ///     unspecified values.
    /// - Returns: whether `posteriors` are those of the newest window.
    @discardableResult
    public func evaluate(atMost limit: Int, into posteriors: inout MutableSpan<Float>) -> Bool {
        guard pending > 0 else { return false }
        if history.isSilent, hasSilence {
            // The pending windows stay as they are: should the silence end, those of zeros are left out.
            for index in 0..<min(outputCount, posteriors.count) { posteriors[index] = silence.pointer[index] }
            return true
        }
        prepare()
        for _ in 0..<min(max(limit, 1), pending) {
            pending -= 1
            run(history.samples(reach, before: pending), into: &posteriors)
        }
        guard pending == 0 else { return false }
        isEngineSilent = history.isSilent
        if isEngineSilent, posteriors.count >= outputCount {
            for index in 0..<outputCount { silence.pointer[index] = posteriors[index] }
            hasSilence = true
        }
        return true
    }

    /// Brings the engine's state to where the pending windows continue.
    private func prepare() {
        guard isEngineStale || isEngineSilent else { return }
        if !isEngineSilent { resetEngine() }
        // A window of zeros leaves the state of a silent engine as it is.
        pending = max(1, min(pending, history.hopsSinceSilence))
        isEngineStale = false
        isEngineSilent = false
    }

    private func run(_ samples: UnsafePointer<Float>, into posteriors: inout MutableSpan<Float>) {
        switch engine {
        case .shared(let shared): shared.process(samples, into: &posteriors)
        case .grid(let grid): grid.process(samples, hops: 1, into: &posteriors)
        case .windowed(let network):
            network.evaluate(Span(_unsafeStart: samples, count: reach), into: &posteriors)
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
        resetEngine()
        pending = 0
        isEngineStale = false
        isEngineSilent = true
    }

    private func resetEngine() {
        switch engine {
        case .shared(let shared): shared.reset()
        case .grid(let grid): grid.reset()
        case .windowed: break
        }
    }
}
