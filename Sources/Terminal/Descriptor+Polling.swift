import Glibc

extension Descriptor {
    /// Waits until one of the descriptors can be read (or has come to its end) or the time is over.
    /// - Parameters:
    ///   - output: a descriptor of which to notice only that its reader has gone.
    ///   - timeout: seconds; nil waits as long as it takes.
    /// - Returns: those that can be read or have gone; empty after the timeout or an interruption.
    public static func waitForInput(
        on descriptors: [Int32], output: Int32? = nil, timeout: Double?
    ) throws(DescriptorError) -> Set<Int32> {
        var requests = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        if let output { requests.append(pollfd(fd: output, events: 0, revents: 0)) }
        // Rounded up: a wait that ends early would spin until its time has come.
        let milliseconds = timeout.map { Int32(min(max($0 * 1000, 0).rounded(.up), 3_600_000)) } ?? -1
        let count = poll(&requests, nfds_t(requests.count), milliseconds)
        if count < 0, errno != EINTR { throw DescriptorError(operation: "wait for input", code: errno) }
        guard count > 0 else { return [] }
        return Set(requests.filter { $0.revents != 0 }.map(\.fd))
    }
}
