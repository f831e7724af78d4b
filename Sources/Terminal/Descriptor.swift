import Glibc

/// Operations on file descriptors.
public enum Descriptor {
    /// Writes all bytes: retries interrupted calls, and waits while a pipe is full.
    ///
    /// Call `ignoreWriteSignals` first, so that a closed pipe results in an error.
    public static func write(_ bytes: [UInt8], to descriptor: Int32, operation: String) throws(DescriptorError) {
        var offset = 0
        while offset < bytes.count {
            let count = bytes[offset...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 {
                offset += count
            } else if errno == EAGAIN {
                var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = poll(&request, 1, -1)
            } else if errno != EINTR {
                throw DescriptorError(operation: operation, code: errno)
            }
        }
    }

    /// Occupies closed standard descriptors, so that no file or socket opened later gets their number and is read or
    /// written as standard input, output or error. To be called first in a program, before any other thread exists.
    ///
    /// Reading such a standard input fails with EBADF, as if it were still closed. Output is discarded.
    public static func reserveStandard() {
        // `open` returns the lowest free number, so ascending order fills each gap.
        for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 && errno == EBADF {
            _ = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDWR)
        }
    }

    /// Makes a write fail instead of ending the process: with EPIPE instead of SIGPIPE if the pipe or socket is closed,
    /// with EFBIG instead of SIGXFSZ if the file would grow beyond the limit of the process.
    public static func ignoreWriteSignals() {
        _ = signal(SIGPIPE, SIG_IGN)
        _ = signal(SIGXFSZ, SIG_IGN)
    }

    /// Waits until a descriptor is readable or at its end, or the timeout expires.
    /// - Parameters:
    ///   - output: a descriptor that is only watched for its reader closing it.
    ///   - timeout: in seconds; nil waits indefinitely.
    /// - Returns: the descriptors that are ready or closed; empty after a timeout or a signal.
    public static func waitForInput(
        on descriptors: [Int32], output: Int32? = nil, timeout: Double?
    ) throws(DescriptorError) -> Set<Int32> {
        var requests = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        if let output { requests.append(pollfd(fd: output, events: 0, revents: 0)) }
        // Rounded up: a wait that ended early would spin until the deadline.
        let milliseconds = timeout.map { Int32(min(max($0 * 1000, 0).rounded(.up), 3_600_000)) } ?? -1
        let count = poll(&requests, nfds_t(requests.count), milliseconds)
        if count < 0, errno != EINTR { throw DescriptorError(operation: "wait for input", code: errno) }
        guard count > 0 else { return [] }
        return Set(requests.filter { $0.revents != 0 }.map(\.fd))
    }
}
