import Synchronization

/// Applies a function to many items, a few at a time, with a worker for each of those few.
enum ConcurrentMap {
    /// - Parameters:
    ///   - jobs: items at a time, at least 1.
    ///   - worker: makes what the function needs to own, once for each item at a time.
    ///   - body: the function; a worker is in one call at a time.
    ///   - progress: told how many items are done, and the latest result; one call at a time.
    /// - Returns: in the order of `items`.
    /// - Throws: the first error met.
    static func run<Items: RandomAccessCollection<Item> & Sendable, Item: Sendable, Worker: Sendable, Result: Sendable>(
        _ items: Items, jobs: Int, worker: @escaping @Sendable () throws -> Worker,
        _ body: @escaping @Sendable (Worker, Item) throws -> Result, progress: (Int, Result) -> Void
    ) async throws -> [Result] {
        let idle = WorkerPool<Worker>()
        return try await withThrowingTaskGroup(of: (Int, Result).self) { group in
            var results = [Result?](repeating: nil, count: items.count)
            var waiting = items.enumerated().makeIterator()
            func start() {
                guard let (index, item) = waiting.next() else { return }
                group.addTask {
                    let worker = try idle.take() ?? worker()
                    let result = try body(worker, item)
                    idle.put(worker)
                    return (index, result)
                }
            }
            for _ in 0..<max(1, jobs) { start() }
            var done = 0
            while let (index, result) = try await group.next() {
                results[index] = result
                done += 1
                progress(done, result)
                start()
            }
            return results.compactMap { $0 }
        }
    }
}

/// Workers that nobody uses at the moment.
private final class WorkerPool<Worker: Sendable>: Sendable {
    private let workers = Mutex<[Worker]>([])

    func take() -> Worker? { workers.withLock { $0.popLast() } }
    func put(_ worker: Worker) { workers.withLock { $0.append(worker) } }
}
