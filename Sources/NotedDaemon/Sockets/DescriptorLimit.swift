import Glibc

/// The limit of open descriptors of this process, in words for users.
enum DescriptorLimit {
    /// What to do when no descriptor is left.
    static let remedy = "raise LimitNOFILE= in the unit or 'ulimit -n', or lower max_clients"

    /// The limit in force, such as "1024".
    static var current: String {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return "unknown" }
        return limit.rlim_cur == rlim_t.max ? "unlimited" : String(limit.rlim_cur)
    }

    /// Why nothing can be opened at this moment; nil if a descriptor is free.
    ///
    /// Libraries report this in many ways, or as something else: a file that cannot be opened looks like one without
    /// permission. To be asked after a failure.
    static var shortage: String? {
        let probe = open("/dev/null", O_RDONLY | O_CLOEXEC)
        let code = errno
        guard probe < 0 else {
            close(probe)
            return nil
        }
        switch code {
        case EMFILE:
            return "too many open files: the daemon is out of file descriptors (the limit is \(current)); \(remedy)"
        case ENFILE: return "too many open files in the system; close programs, or raise fs.file-max"
        default: return nil
        }
    }
}
