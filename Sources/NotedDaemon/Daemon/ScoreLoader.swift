import CLinux
import Dispatch
import Synchronization
import Wire

/// Loads scores on its own queue, one at a time. The latest request wins; superseded requests fail.
///
/// At most one score is being read and one request waits, so a flood of requests costs neither time nor memory. All
/// methods may be called from any thread, and none of them waits.
final class ScoreLoader: Sendable {
    typealias Answer = @Sendable (Result<ScoreDescription, ResponseError>) -> Void

    private struct Job: Sendable {
        var request: ScoreRequest
        var ticket: UInt64
        var answer: Answer
    }

    private struct State {
        var newest: UInt64 = 0
        var waiting: Job?
        var isWorking = false
    }

    private let read: @Sendable (ScoreRequest) throws(DaemonError) -> LoadedScore
    private let deliver: @Sendable (LoadedScore?, _ done: @escaping @Sendable () -> Void) -> Void
    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "scores", qos: .utility)

    /// - Parameters:
    ///   - read: reads and prepares a score; may take seconds.
    ///   - deliver: hands a score, or nil, over to the analysis. It is called with a lock held, so it must not wait,
    ///     and must call `done` only after it has returned, once the score is being followed.
    init(
        read: @escaping @Sendable (ScoreRequest) throws(DaemonError) -> LoadedScore,
        deliver: @escaping @Sendable (LoadedScore?, _ done: @escaping @Sendable () -> Void) -> Void
    ) {
        self.read = read
        self.deliver = deliver
    }

    /// Loads a score. `answer` is called exactly once, on any thread.
    func load(_ request: ScoreRequest, answer: @escaping Answer) {
        let (superseded, starts) = state.withLock { state in
            state.newest += 1
            let job = Job(request: request, ticket: state.newest, answer: answer)
            let superseded = state.waiting
            state.waiting = job
            defer { state.isWorking = true }
            return (superseded, !state.isWorking)
        }
        superseded?.answer(.failure(.superseded))
        guard starts else { return }
        queue.async { [self] in
            // The threads that publish notes go first. This one may have been started by one of them.
            clinux_request_default_slices()
            work()
        }
    }

    /// Stops following, and supersedes loads in progress.
    func unload(answer: @escaping @Sendable () -> Void) {
        let superseded = state.withLock { state in
            state.newest += 1
            defer { state.waiting = nil }
            // Within the lock, so that no score that was finished earlier is delivered later.
            deliver(nil, answer)
            return state.waiting
        }
        superseded?.answer(.failure(.superseded))
    }

    private func work() {
        while let job = next() { perform(job) }
    }

    private func next() -> Job? {
        state.withLock { state in
            defer { state.waiting = nil }
            state.isWorking = state.waiting != nil
            return state.waiting
        }
    }

    private func perform(_ job: Job) {
        let loaded: LoadedScore
        do throws(DaemonError) { loaded = try read(job.request) } catch {
            return job.answer(.failure(ResponseError(.scoreNotLoaded, "\(error)")))
        }
        let description = loaded.description
        let isNewest = state.withLock { state in
            guard state.newest == job.ticket else { return false }
            deliver(loaded) { job.answer(.success(description)) }
            return true
        }
        if !isNewest { job.answer(.failure(.superseded)) }
    }
}

extension ResponseError {
    /// A newer request arrived before this one was completed.
    static let superseded = ResponseError(
        .superseded, "superseded by a newer score.load or score.unload")
}
