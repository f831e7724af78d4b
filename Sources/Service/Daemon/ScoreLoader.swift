import Dispatch
import Synchronization
import Wire

/// Loads scores aside, one at a time, the newest wish first: whoever asked before it and isn't served yet is told so.
///
/// At most one score is being read and one waits, whatever comes, so a flood of requests costs neither time nor memory.
/// All methods may be called from any thread, and none of them waits.
final class ScoreLoader: Sendable {
    typealias Answer = @Sendable (Result<ScoreDescription, ResponseError>) -> Void

    private struct Wish: Sendable {
        var request: ScoreRequest
        var ticket: UInt64
        var answer: Answer
    }

    private struct State {
        var newest: UInt64 = 0
        var waiting: Wish?
        var isWorking = false
    }

    private let read: @Sendable (ScoreRequest) throws(ServiceError) -> LoadedScore
    private let hand: @Sendable (LoadedScore?, _ done: @escaping @Sendable () -> Void) -> Void
    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "scores")

    /// - Parameters:
    ///   - read: reads and prepares a score; may take seconds.
    ///   - hand: hands a score, or none, to the analysis; must not wait, and is called with a lock held: it calls `done`, once the
    ///     score is followed, only after it has returned.
    init(
        read: @escaping @Sendable (ScoreRequest) throws(ServiceError) -> LoadedScore,
        hand: @escaping @Sendable (LoadedScore?, _ done: @escaping @Sendable () -> Void) -> Void
    ) {
        self.read = read
        self.hand = hand
    }

    /// Loads a score; `answer` is called exactly once, from some thread.
    func load(_ request: ScoreRequest, answer: @escaping Answer) {
        let (passedOver, starts) = state.withLock { state in
            state.newest += 1
            let wish = Wish(request: request, ticket: state.newest, answer: answer)
            let passedOver = state.waiting
            state.waiting = wish
            defer { state.isWorking = true }
            return (passedOver, !state.isWorking)
        }
        passedOver?.answer(.failure(.superseded))
        if starts { queue.async { [self] in work() } }
    }

    /// Follows nothing; what is being loaded is dropped.
    func unload(answer: @escaping @Sendable () -> Void) {
        let passedOver = state.withLock { state in
            state.newest += 1
            defer { state.waiting = nil }
            // Within the lock, so that no score which was ready before comes after.
            hand(nil, answer)
            return state.waiting
        }
        passedOver?.answer(.failure(.superseded))
    }

    private func work() {
        while let wish = next() { carryOut(wish) }
    }

    private func next() -> Wish? {
        state.withLock { state in
            defer { state.waiting = nil }
            state.isWorking = state.waiting != nil
            return state.waiting
        }
    }

    private func carryOut(_ wish: Wish) {
        let loaded: LoadedScore
        do throws(ServiceError) { loaded = try read(wish.request) } catch {
            return wish.answer(.failure(ResponseError(.scoreNotLoaded, "\(error)")))
        }
        let description = loaded.description
        let isNewest = state.withLock { state in
            guard state.newest == wish.ticket else { return false }
            hand(loaded) { wish.answer(.success(description)) }
            return true
        }
        if !isNewest { wish.answer(.failure(.superseded)) }
    }
}

extension ResponseError {
    /// A newer wish was faster.
    static let superseded = ResponseError(
        .superseded, "a newer score.load or score.unload came before this score was ready; the newest counts")
}
