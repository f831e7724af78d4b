import Dispatch
import Foundation
import Synchronization

/// Applies `transform` to every item on all processors and returns the results in the order of the items.
///
/// After an error no later item is begun; of several errors the one of the earliest item is thrown, so that the outcome
/// doesn't depend on the threads. The calling thread waits.
///
/// - Parameters:
///   - report: called on the calling thread with the number of items done.
///   - transform: called on other threads, several at a time.
public func mapConcurrently<Item: Sendable, Output: Sendable>(
    _ items: [Item], report: (_ done: Int) -> Void = { _ in },
    _ transform: @escaping @Sendable (Item) throws -> Output
) throws -> [Output] {
    let work = ConcurrentWork(items, transform)
    let queue = DispatchQueue(label: "noted.map", attributes: .concurrent)
    for _ in 0..<min(items.count, ProcessInfo.processInfo.activeProcessorCount) {
        queue.async { work.run() }
    }
    for done in 0..<items.count {
        work.finished.wait()
        report(done + 1)
    }
    return try work.results()
}

/// The items, who takes them, and what became of them.
private final class ConcurrentWork<Item: Sendable, Output: Sendable>: Sendable {
    private struct State {
        var next = 0
        var outputs: [Output?]
        var failure: (index: Int, error: any Error)?
    }

    /// Signalled once for each item.
    let finished = DispatchSemaphore(value: 0)
    private let items: [Item]
    private let transform: @Sendable (Item) throws -> Output
    private let state: Mutex<State>

    init(_ items: [Item], _ transform: @escaping @Sendable (Item) throws -> Output) {
        self.items = items
        self.transform = transform
        state = Mutex(State(outputs: Array(repeating: nil, count: items.count)))
    }

    /// Takes items until there are none left.
    func run() {
        while let (index, isWanted) = take() {
            if isWanted {
                let result = Result { try transform(items[index]) }
                state.withLock { state in
                    switch result {
                    case .success(let output): state.outputs[index] = output
                    case .failure(let error):
                        if state.failure.map({ index < $0.index }) ?? true { state.failure = (index, error) }
                    }
                }
            }
            finished.signal()
        }
    }

    func results() throws -> [Output] {
        try state.withLock { state in
            if let failure = state.failure { throw failure.error }
            return state.outputs.compactMap { $0 }
        }
    }

    private func take() -> (index: Int, isWanted: Bool)? {
        state.withLock { state in
            guard state.next < items.count else { return nil }
            defer { state.next += 1 }
            return (state.next, state.failure == nil)
        }
    }
}
