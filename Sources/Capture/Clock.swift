import Glibc

/// The clocks of capture.
enum Clock {
    /// `CLOCK_MONOTONIC` in nanoseconds. Allocates nothing.
    static var monotonic: UInt64 { read(CLOCK_MONOTONIC) }

    /// Nanoseconds to add to monotonic time to get Unix time. Changes when the system clock is set.
    ///
    /// The two clocks are read one after the other, and read again if the thread was preempted in between.
    static var unixOffset: Int64 {
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

    private static func read(_ clock: clockid_t) -> UInt64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
    }
}

extension Duration {
    /// Whole nanoseconds: 0 if negative, and at most 100 years.
    var nanoseconds: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        return UInt64(min(seconds, 3_155_760_000)) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
    }

    /// Seconds.
    var seconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) * 1e-18
    }
}

/// The system's message for an error number.
func errnoText(_ code: Int32) -> String {
    var buffer = [CChar](repeating: 0, count: 256)
    return buffer.withUnsafeMutableBufferPointer { space in
        guard let start = space.baseAddress, strerror_r(code, start, space.count) == 0 else { return "error \(code)" }
        return String(cString: start)
    }
}
