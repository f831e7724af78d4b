import Dispatch

/// Splits one loop over a fixed number of threads. What a loop computes never depends on how many there are.
///
/// A second type beside ``FanOut`` because the contract differs. The engines and the training call it for loops of tens of microseconds, many
/// times a batch: the body is a borrowed closure over memory of the caller, nothing is thrown, reported or cancelled,
/// no result is collected, and threads come from libdispatch's pool, as starting them would cost more than the loop.
public struct ThreadTeam: Sendable {
    public let count: Int

    /// - Parameter count: threads; values below 1 count as 1.
    public init(count: Int) { self.count = max(1, count) }

    /// Runs `body` once for each of `count` even parts of `0..<range` at the same time, and waits for all.
    ///
    /// - Parameter body: gets its part, and a number below ``count`` that no other running call has. Calls must write
    ///   to disjoint memory.
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
