import Glibc

/// The daemon's clocks, as plain numbers.
public enum Clocks {
    /// CLOCK_MONOTONIC in nanoseconds: the clock of capture's arrival times.
    public static var nanoseconds: UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    /// CLOCK_MONOTONIC in seconds.
    public static var seconds: Double { Double(nanoseconds) * 1e-9 }

    /// CLOCK_REALTIME: Unix time in seconds.
    public static var unixTime: Double {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}

extension Clocks {
    /// Seconds of processor time that the calling thread has used.
    static var threadSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}
