#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Processor time, which a busy machine's other work doesn't enter.
public enum CPUClock {
    /// Seconds of processor time of the calling thread.
    public static var thread: Double { seconds(CLOCK_THREAD_CPUTIME_ID) }
    /// Seconds of processor time of the whole process.
    public static var process: Double { seconds(CLOCK_PROCESS_CPUTIME_ID) }
    /// Seconds on the wall, from an arbitrary origin.
    public static var monotonic: Double { seconds(CLOCK_MONOTONIC) }

    private static func seconds(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}
