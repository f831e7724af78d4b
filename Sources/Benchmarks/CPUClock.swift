#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Clocks of processor time, which other work on the machine does not affect, and of wall time.
public enum CPUClock {
    /// Seconds of processor time of the calling thread.
    public static var thread: Double { seconds(CLOCK_THREAD_CPUTIME_ID) }
    /// Seconds of processor time of the whole process.
    public static var process: Double { seconds(CLOCK_PROCESS_CPUTIME_ID) }
    /// Seconds of wall time from an arbitrary origin.
    public static var monotonic: Double { seconds(CLOCK_MONOTONIC) }

    private static func seconds(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}
