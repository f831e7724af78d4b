import Glibc

/// `RLIMIT_RTTIME` of the process: how much processor time a real-time thread may use without sleeping.
///
/// At the soft limit the kernel sends `SIGXCPU` and raises the soft limit by a second. At the hard limit it kills the
/// process, whatever the soft limit is by then. A pure value, but for ``current()`` and ``apply()``.
struct ProcessorTimeLimit: Equatable, Sendable {
    /// Microseconds, as is `hard`. `UInt.max` is unlimited.
    var soft: UInt
    var hard: UInt

    static let unlimited = ProcessorTimeLimit(soft: .max, hard: .max)
    /// The time after which a capture thread counts as runaway: twenty fragments of 10 ms.
    static let budget: UInt = 200_000
    /// The smallest distance between the soft limit and the hard one: several ticks of the slowest kernel timer (100
    /// Hz), so that the signal handler runs in time.
    static let margin: UInt = 50_000

    private static let resource = __rlimit_resource_t(__RLIMIT_RTTIME.rawValue)

    /// The limit under which a thread may have real-time priority: the budget, or less if the hard limit is near or a
    /// stricter soft limit was inherited. Nil if the hard limit leaves too little room.
    var guarded: ProcessorTimeLimit? {
        let ceiling = min(Self.budget, hard / 2)
        guard ceiling >= Self.margin else { return nil }
        return ProcessorTimeLimit(soft: min(soft, ceiling), hard: hard)
    }

    /// The limit in force; nil, with errno, if the kernel doesn't say.
    static func current() -> ProcessorTimeLimit? {
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return nil }
        return ProcessorTimeLimit(soft: UInt(limit.rlim_cur), hard: UInt(limit.rlim_max))
    }

    /// Puts the limit in force. Allocates nothing, so that a signal handler may call it.
    ///
    /// - Returns: whether that succeeded; otherwise errno says why.
    func apply() -> Bool {
        var limit = rlimit(rlim_cur: rlim_t(soft), rlim_max: rlim_t(hard))
        return setrlimit(Self.resource, &limit) == 0
    }
}
