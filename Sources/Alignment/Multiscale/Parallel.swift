import Dispatch
import Synchronization

/// Work on all processors at once, for code that blocks.
enum Parallel {
    /// Runs `body` for 0..<count, at the same time as far as there are processors.
    ///
    /// - Returns: the results in order.
    /// - Throws: the first error by index.
    static func map<Output: Sendable>(
        _ count: Int, _ body: @Sendable (Int) throws -> Output
    ) throws -> [Output] {
        let results = Mutex([Int: Result<Output, any Error>]())
        DispatchQueue.concurrentPerform(iterations: count) { index in
            let result = Result { try body(index) }
            results.withLock { $0[index] = result }
        }
        return try results.withLock { results in
            try (0..<count).compactMap { try results[$0]?.get() }
        }
    }
}
