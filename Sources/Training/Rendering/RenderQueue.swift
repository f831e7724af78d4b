import Synchronization

/// The clips still to be rendered, handed out to several threads, and the progress they make.
final class RenderQueue: Sendable {
    private struct State {
        var next = 0
        var done: Int
        var rendered = 0.0
    }

    private let missing: [Int]
    private let count: Int
    private let began = ContinuousClock.now
    private let state: Mutex<State>
    private let report: @Sendable (DatasetRenderer.Progress) -> Void

    /// - Parameters:
    ///   - missing: numbers of the clips to render.
    ///   - count: number of clips in the whole dataset.
    ///   - report: called after each clip, one call at a time.
    init(missing: [Int], count: Int, report: @escaping @Sendable (DatasetRenderer.Progress) -> Void) {
        self.missing = missing
        self.count = count
        self.report = report
        state = Mutex(State(done: count - missing.count))
    }

    /// The next clip to render, nil if there is none left.
    func take() -> Int? {
        state.withLock { state in
            guard state.next < missing.count else { return nil }
            state.next += 1
            return missing[state.next - 1]
        }
    }

    /// Says that a clip of some seconds is there.
    func finish(seconds: Double) {
        state.withLock { state in
            state.done += 1
            state.rendered += seconds
            let elapsed = (ContinuousClock.now - began) / .seconds(1)
            report(.init(done: state.done, count: count, rendered: state.rendered, elapsed: elapsed))
        }
    }
}
