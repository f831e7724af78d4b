import CLinux
import Glibc
import Synchronization

/// Real-time scheduling for the capture thread, with two safeguards.
///
/// The priority is low for a real-time priority (10 of 99, below that of sound servers), and children don't inherit it.
/// `RLIMIT_RTTIME` limits it: if the thread uses 0.2 s of processor time without sleeping, the kernel sends `SIGXCPU`,
/// and the handler installed here returns the thread to normal priority. The hard limit, at which the kernel kills the
/// process, is at least twice as high: see ``ProcessorTimeLimit``.
enum RealTime {
    static let priority: Int32 = 10
    // Linux's SCHED_RESET_ON_FORK, which the headers define only for GNU C.
    private static let resetOnFork: Int32 = 0x4000_0000

    /// The threads with real-time priority: usually one, or two while one source replaces another.
    private static let threads = ThreadTable()
    /// The soft limit in microseconds, for the handler, and whether the handler is installed.
    private static let softLimit = Atomic<UInt>(0)
    private static let hasHandler = Mutex(false)

    /// The result of ``request()``.
    enum Outcome: Equatable {
        case granted
        /// The system refused the request with this errno.
        case refused(Int32)
        /// The kernel would kill the process before the thread could be demoted.
        case limitTooLow
    }

    /// Requests real-time priority for the calling thread, which must not block `SIGXCPU`: the kernel sends the signal
    /// to the thread that used too much time, and only that thread is certain to run.
    static func request() -> Outcome {
        guard installHandler(), let limit = ProcessorTimeLimit.current() else { return .refused(errno) }
        guard let guarded = limit.guarded else { return .limitTooLow }
        // Stored first: the handler may run as soon as the thread has the priority.
        softLimit.store(guarded.soft, ordering: .releasing)
        guard guarded.apply() else { return .refused(errno) }
        // A thread without a slot would be unguarded, so it doesn't get the priority.
        let thread = clinux_gettid()
        guard threads.replace(0, by: thread) else { return .refused(EAGAIN) }
        guard schedule(0, SCHED_FIFO, priority) else {
            let code = errno
            _ = threads.replace(thread, by: 0)
            return .refused(code)
        }
        // The kernel counts from the last sleep with this priority, which may be long ago. Sleeping restarts the count.
        usleep(1)
        return .granted
    }

    /// Returns the calling thread to normal priority if `request` had raised it.
    static func release() {
        let thread = clinux_gettid()
        if threads.contains(thread) { demote(thread) }
    }

    /// Whether `thread` was granted priority and has neither released nor lost it.
    static func isHeld(by thread: pid_t) -> Bool { threads.contains(thread) }

    /// Installs the handler once, whatever limits were inherited: without it, `SIGXCPU` ends the process.
    private static func installHandler() -> Bool {
        hasHandler.withLock { isDone in
            guard !isDone else { return true }
            var action = sigaction()
            action.__sigaction_handler.sa_handler = { _ in RealTime.handleSignal() }
            action.sa_flags = SA_RESTART
            isDone = sigaction(SIGXCPU, &action, nil) == 0
            return isDone
        }
    }

    /// Runs in a signal handler: a few system calls, no allocation.
    private static func handleSignal() {
        let saved = errno
        let current = clinux_gettid()
        if threads.contains(current) {
            demote(current)
        } else {
            // Another thread received the signal, which doesn't say for whom it was.
            threads.forEach { demote($0) }
        }
        // The kernel has raised the soft limit by a second, perhaps above the hard one. The other threads need it, and
        // so does the next request.
        if var limit = ProcessorTimeLimit.current(), limit.soft > softLimit.load(ordering: .acquiring) {
            limit.soft = softLimit.load(ordering: .acquiring)
            _ = limit.apply()
        }
        errno = saved
    }

    /// Returns `thread` to normal priority and removes it from the table.
    private static func demote(_ thread: pid_t) {
        if schedule(thread, SCHED_OTHER, 0) { _ = threads.replace(thread, by: 0) }
    }

    /// Schedules `thread`, where 0 is the calling one. Children never inherit a real-time priority; the flag must be
    /// set for normal priority too, because only a privileged process may clear it.
    private static func schedule(_ thread: pid_t, _ policy: Int32, _ priority: Int32) -> Bool {
        var parameters = sched_param()
        parameters.sched_priority = priority
        return sched_setscheduler(thread, policy | resetOnFork, &parameters) == 0
    }
}
