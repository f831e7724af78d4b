import CLinux
import Glibc
import Synchronization

/// Real-time scheduling for the capture thread, with two safeguards.
///
/// The priority is low for a real-time priority (10 of 99, below that of sound servers), and children don't inherit it.
/// `RLIMIT_RTTIME` limits it: if the thread uses 0.2 s of processor time without sleeping, the kernel sends `SIGXCPU`,
/// and the handler installed here demotes the thread to normal priority instead of letting the process be killed.
enum RealTime {
    static let priority: Int32 = 10
    private static let resource = __rlimit_resource_t(__RLIMIT_RTTIME.rawValue)
    /// Microseconds of processor time without sleeping.
    private static let budget: rlim_t = 200_000
    // Linux's SCHED_RESET_ON_FORK, which the headers define only for GNU C.
    private static let resetOnFork: Int32 = 0x4000_0000

    /// The threads that the handler demotes; 0 marks a free slot. Usually one, or two while one source replaces
    /// another. The signal doesn't identify the runaway thread, so all of them are demoted.
    private static let threads = ThreadTable()
    private static let guarded = Mutex(false)

    /// Requests real-time priority for the calling thread.
    ///
    /// - Returns: 0 if granted, otherwise the errno.
    static func request() -> Int32 {
        guard limitProcessorTime() else { return errno }
        var parameters = sched_param()
        parameters.sched_priority = priority
        // On Linux, 0 is the calling thread, not the process.
        guard sched_setscheduler(0, SCHED_FIFO | resetOnFork, &parameters) == 0 else { return errno }
        // A thread without a slot would be unguarded, so it doesn't get the priority.
        guard threads.replace(0, by: clinux_gettid()) else {
            parameters.sched_priority = 0
            sched_setscheduler(0, SCHED_OTHER, &parameters)
            return EAGAIN
        }
        return 0
    }

    /// Returns the calling thread to normal priority if `request` had raised it.
    static func release() {
        var parameters = sched_param()
        if threads.replace(clinux_gettid(), by: 0) { sched_setscheduler(0, SCHED_OTHER, &parameters) }
    }

    private static func limitProcessorTime() -> Bool {
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return false }
        // Keep a stricter limit set from outside.
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

    /// Whether `thread` was granted priority and has neither released nor lost it.
    static func isHeld(by thread: pid_t) -> Bool { threads.contains(thread) }

    /// Runs in a signal handler: one system call per thread, no allocation.
    private static func demote() {
        let saved = errno
        threads.removeAll { thread in
            var parameters = sched_param()
            sched_setscheduler(thread, SCHED_OTHER, &parameters)
        }
        errno = saved
    }

    /// One sentence for the log about a refused request.
    static func explanation(errno code: Int32) -> String {
        "capture runs without real-time priority (\(errnoText(code))); it works, but may be delayed on a busy machine; "
            + "to allow it, set LimitRTPRIO=\(priority) in the unit, or '@audio - rtprio \(priority)' in "
            + "/etc/security/limits.d"
    }
}

/// A small set of thread ids that a signal handler may read.
private struct ThreadTable: @unchecked Sendable {
    private static let capacity = 64
    private let slots: UnsafeMutablePointer<Atomic<pid_t>>

    init() {
        slots = .allocate(capacity: Self.capacity)
        for slot in 0..<Self.capacity { (slots + slot).initialize(to: Atomic(0)) }
    }

    /// Writes `new` to the first slot that holds `old`; returns false if there is none.
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

    /// Empties the table and passes each thread in it to `body`.
    func removeAll(_ body: (pid_t) -> Void) {
        for slot in 0..<Self.capacity {
            let thread = slots[slot].exchange(0, ordering: .acquiringAndReleasing)
            if thread != 0 { body(thread) }
        }
    }
}
