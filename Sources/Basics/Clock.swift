import Glibc

/// The system's clocks as plain numbers. Reading one allocates nothing and takes no lock.
public enum Clock {
    /// `CLOCK_MONOTONIC` in nanoseconds. Never decreases; does not advance while the system is suspended.
    public static var monotonic: UInt64 { read(CLOCK_MONOTONIC) }

    /// `CLOCK_MONOTONIC` in seconds.
    public static var seconds: Double { Double(monotonic) * 1e-9 }

    /// `CLOCK_REALTIME`: Unix time in seconds. Jumps when the system clock is set.
    public static var unix: Double { Double(read(CLOCK_REALTIME)) * 1e-9 }

    /// Nanoseconds to add to a ``monotonic`` time to get Unix time. Changes when the system's clock is set or slewed.
    ///
    /// The two clocks are read one after the other, and read again if the thread was preempted in between.
    public static var unixOffset: Int64 {
        var best = (span: UInt64.max, offset: Int64(0))
        for _ in 0..<4 {
            let before = monotonic
            let unix = read(CLOCK_REALTIME)
            let span = monotonic &- before
            if span < best.span { best = (span, Int64(bitPattern: unix &- before &- span / 2)) }
            if span < 5_000 { break }
        }
        return best.offset
    }

    /// CPU time used by the calling thread, in seconds.
    public static var threadSeconds: Double { Double(read(CLOCK_THREAD_CPUTIME_ID)) * 1e-9 }

    /// CPU time used by all threads of the process, in seconds.
    public static var processSeconds: Double { Double(read(CLOCK_PROCESS_CPUTIME_ID)) * 1e-9 }

    private static func read(_ clock: clockid_t) -> UInt64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
    }
}
