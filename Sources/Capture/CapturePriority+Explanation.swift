extension CapturePriority {
    /// One sentence for the log: what the state means and what to do about it. Nil if nothing is wrong.
    public var explanation: String? {
        switch self {
        case .notRequested, .realTime: nil
        case .refused(let code):
            "capture runs without real-time priority (\(errnoText(code))); it works, but may be delayed on a busy "
                + "machine; to allow it, set LimitRTPRIO=\(RealTime.priority) in the unit, or "
                + "'@audio - rtprio \(RealTime.priority)' in /etc/security/limits.d"
        case .limitTooLow:
            "capture runs without real-time priority, because the hard limit of RLIMIT_RTTIME is below "
                + "\(2 * ProcessorTimeLimit.margin / 1000) ms and the kernel would kill the daemon there; it works, "
                + "but may be delayed on a busy machine; to allow it, remove the limit (LimitRTTIME=infinity in the "
                + "unit, or 'prlimit --rttime=unlimited')"
        case .lost:
            "the capture thread lost its real-time priority, because it used too much processor time without "
                + "sleeping; capture continues, but may be delayed on a busy machine; the driver or the ALSA plugin of "
                + "the source is probably at fault; 'notectl source SOURCE' reopens the source and requests the "
                + "priority again"
        }
    }
}
