import Dispatch

/// Splits one loop over a fixed number of threads. The result never depends on the number of threads.
///
/// Its contract differs from that of ``FanOut``. The engines and the trainer call it many times per batch for loops of
/// tens of microseconds. The body is a borrowed closure over the caller's memory; it cannot throw, report progress or
/// be cancelled, and returns nothing. Threads come from libdispatch's pool, because starting them would cost more than
/// the loop.
public struct ThreadTeam: Sendable {
    public let count: Int

    /// - Parameter count: the number of threads; values below 1 count as 1.
    public init(count: Int) { self.count = max(1, count) }

    /// Splits `0..<range` into `count` nearly equal parts, runs `body` for them concurrently, and waits for all.
    ///
    /// - Parameter body: takes its part and a thread number below ``count`` that no concurrent call shares. Concurrent
    ///   calls must write to disjoint memory.
    public func split(_ range: Int, _ body: (_ part: Range<Int>, _ thread: Int) -> Void) {
        guard count > 1, range > 1 else {
            body(0..<range, 0)
            return
        }
        let parts = min(count, range)
        withoutActuallyEscaping(body) { body in
            // The parts write to disjoint memory and end before this call returns, which the compiler cannot prove.
            nonisolated(unsafe) let body = body
            DispatchQueue.concurrentPerform(iterations: parts) { thread in
                body(range * thread / parts..<range * (thread + 1) / parts, thread)
            }
        }
    }
}
