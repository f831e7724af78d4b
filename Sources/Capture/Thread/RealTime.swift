import CLinux
import Glibc
import Synchronization

/// Real-time scheduling of the capture thread, with two safety nets.
///
/// The priority is low among the real-time ones (10 of 99: below what sound servers take), not inherited by children, and guarded
/// by `RLIMIT_RTTIME`: should the thread ever use 0.2 s of processor without sleeping, the kernel sends `SIGXCPU`, and the
/// handler installed here demotes it to an ordinary thread instead of letting the process be killed.
enum RealTime {
    static let priority: Int32 = 10
    private static let resource = __rlimit_resource_t(__RLIMIT_RTTIME.rawValue)
    /// Microseconds of processor time without sleep.
    private static let budget: rlim_t = 200_000
    // Linux's SCHED_RESET_ON_FORK, which the headers only show to GNU C.
    private static let resetOnFork: Int32 = 0x4000_0000

    /// The threads that the handler demotes, 0 where there is none: one, or two while a source takes another's place. The
    /// signal doesn't say which of them ran wild, so all of them pay.
    private static let threads = ThreadTable()
    private static let guarded = Mutex(false)

    /// Asks for the calling thread.
    /// - Returns: 0 when granted, else the errno.
    static func request() -> Int32 {
        guard limitProcessorTime() else { return errno }
        var parameters = sched_param()
        parameters.sched_priority = priority
        // On Linux, 0 is the calling thread, not the process.
        guard sched_setscheduler(0, SCHED_FIFO | resetOnFork, &parameters) == 0 else { return errno }
        // A thread that the table has no room for would go unguarded, so it doesn't get its priority.
        guard threads.replace(0, by: clinux_gettid()) else {
            parameters.sched_priority = 0
            sched_setscheduler(0, SCHED_OTHER, &parameters)
            return EAGAIN
        }
        return 0
    }

    /// Makes the calling thread an ordinary one again, if `request` had made it more.
    static func release() {
        var parameters = sched_param()
        if threads.replace(clinux_gettid(), by: 0) { sched_setscheduler(0, SCHED_OTHER, &parameters) }
    }

    private static func limitProcessorTime() -> Bool {
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return false }
        // A stricter limit set from outside stands.
        guard limit.rlim_cur > budget else { return true }
        return guarded.withLock { done in
            if !done {
                var action = sigaction()
                action.__sigaction_handler.sa_handler = { _ in RealTime.demote() }
                action.sa_flags = SA_RESTART
                guard sigaction(SIGXCPU, &action, nil) == 0 else { return false }
                done = true
            }
            limit.rlim_cur = budget
            return setrlimit(resource, &limit) == 0
        }
    }

    /// Whether `thread` was granted priority and has neither given it back nor lost it.
    static func isHeld(by thread: pid_t) -> Bool { threads.contains(thread) }

    /// In a signal handler: a system call for each thread, no allocation.
    private static func demote() {
        let saved = errno
        threads.removeAll { thread in
            var parameters = sched_param()
            sched_setscheduler(thread, SCHED_OTHER, &parameters)
        }
        errno = saved
    }

    /// One sentence for the log about what came of it.
    static func explanation(errno code: Int32) -> String {
        "capture runs without real-time priority (\(errnoText(code))): it works all the same, but a busy machine may delay it; "
            + "to grant it, set LimitRTPRIO=\(priority) in the unit, or '@audio - rtprio \(priority)' in /etc/security/limits.d"
    }
}

/// A few thread numbers that a signal handler may read.
private struct ThreadTable: @unchecked Sendable {
    private static let capacity = 64
    private let slots: UnsafeMutablePointer<Atomic<pid_t>>

    init() {
        slots = .allocate(capacity: Self.capacity)
        for slot in 0..<Self.capacity { (slots + slot).initialize(to: Atomic(0)) }
    }

    /// Puts `new` into the first slot that holds `old`; false when there is none.
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

    /// Empties the table, and passes each thread that was in it to `body`.
    func removeAll(_ body: (pid_t) -> Void) {
        for slot in 0..<Self.capacity {
            let thread = slots[slot].exchange(0, ordering: .acquiringAndReleasing)
            if thread != 0 { body(thread) }
        }
    }
}
