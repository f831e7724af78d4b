import Dispatch

/// A number of threads that share out loops. What a loop computes never depends on how many there are.
public struct ThreadTeam: Sendable {
    public let count: Int

    /// - Parameter count: threads; at least 1.
    public init(count: Int) { self.count = max(1, count) }

    /// Runs `body` once for each of `count` even parts of `range`, at the same time, and waits for all.
    public func split(_ range: Int, _ body: (_ part: Range<Int>, _ thread: Int) -> Void) {
        guard count > 1, range > 1 else {
            body(0..<range, 0)
            return
        }
        let parts = min(count, range)
        withoutActuallyEscaping(body) { body in
            // The parts write disjoint memory and this call outlives them all, which the compiler cannot see.
            nonisolated(unsafe) let body = body
            DispatchQueue.concurrentPerform(iterations: parts) { thread in
                body(range * thread / parts..<range * (thread + 1) / parts, thread)
            }
        }
    }
}
