import Glibc
import Synchronization

/// A small set of thread ids that a signal handler may read and change: atomic, and without allocation.
struct ThreadTable: @unchecked Sendable {
    private static let capacity = 64
    private let slots: UnsafeMutablePointer<Atomic<pid_t>>

    init() {
        slots = .allocate(capacity: Self.capacity)
        for slot in 0..<Self.capacity { (slots + slot).initialize(to: Atomic(0)) }
    }

    /// Writes `new` to the first slot that holds `old`, where 0 marks a free slot.
    ///
    /// - Returns: false if there is none.
    func replace(_ old: pid_t, by new: pid_t) -> Bool {
        for slot in 0..<Self.capacity {
            let (done, _) = slots[slot].compareExchange(expected: old, desired: new, ordering: .acquiringAndReleasing)
            if done { return true }
        }
        return false
    }

    func contains(_ thread: pid_t) -> Bool {
        (0..<Self.capacity).contains { slots[$0].load(ordering: .acquiring) == thread }
    }

    /// Passes each thread in the table to `body`.
    func forEach(_ body: (pid_t) -> Void) {
        for slot in 0..<Self.capacity {
            let thread = slots[slot].load(ordering: .acquiring)
            if thread != 0 { body(thread) }
        }
    }
}
