import Glibc

/// A system call on a descriptor that failed.
public struct DescriptorError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was being done, such as "write the terminal".
    public var operation: String
    /// The value of `errno`.
    public var code: Int32

    public init(operation: String, code: Int32) {
        self.operation = operation
        self.code = code
    }

    public var description: String { "cannot \(operation): \(Self.reason(code))" }

    /// The system's words for an `errno`, such as "No such file or directory".
    public static func reason(_ code: Int32) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
            guard let start = buffer.baseAddress, strerror_r(code, start, buffer.count) == 0 else {
                return "error \(code)"
            }
            return String(cString: start)
        }
    }

    /// The reader of what we write has gone: no error, but the end of the work, as for `| head`.
    public var isBrokenPipe: Bool { code == EPIPE }
}

/// Writing to descriptors of this process.
public enum Descriptor {
    /// Writes everything, however long it takes: interrupted calls are repeated, and a full pipe is waited for.
    ///
    /// The process should ignore SIGPIPE (`ignoreBrokenPipes`), so that a vanished reader becomes an error.
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

    /// Makes a write to a closed pipe or socket fail with EPIPE instead of ending the process.
    public static func ignoreBrokenPipes() {
        _ = signal(SIGPIPE, SIG_IGN)
    }
}
