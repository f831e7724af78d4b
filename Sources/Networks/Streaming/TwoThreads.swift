import Dispatch

/// Work that is shared out to two threads.
enum TwoThreads {
    /// Runs `body` for parts 0 and 1 at the same time and waits for both, which must write disjoint memory.
    static func run(_ body: (_ part: Int) -> Void) {
        withoutActuallyEscaping(body) { body in
            // The parts write disjoint memory and this call outlives both, which the compiler cannot see.
            nonisolated(unsafe) let body = body
            DispatchQueue.concurrentPerform(iterations: 2) { body($0) }
        }
    }
}
