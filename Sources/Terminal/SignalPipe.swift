import Glibc
import Synchronization

/// Delivers signals as bytes on a pipe, so that a loop around `poll` handles them like any other input.
///
/// At most one per process, since signal handlers are per process. The pipe is never closed, because a handler may run
/// at any time.
public struct SignalPipe: Sendable {
    /// The end that handlers write to; -1 until the pipe exists.
    private static let writeEnd = Atomic<Int32>(-1)

    /// Readable when a signal has been received.
    public let descriptor: Int32

    /// Replaces the default actions of `signals`.
    public init(_ signals: [Int32]) throws(DescriptorError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw DescriptorError(operation: "create a pipe for signals", code: errno)
        }
        for end in ends {
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
        descriptor = ends[0]
        Self.writeEnd.store(ends[1], ordering: .sequentiallyConsistent)
        for number in signals {
            var action = sigaction()
            action.__sigaction_handler.sa_handler = { number in
                // Only async-signal-safe operations: an atomic load and write(2), with errno restored.
                let saved = errno
                var byte = UInt8(truncatingIfNeeded: number)
                _ = Glibc.write(SignalPipe.writeEnd.load(ordering: .sequentiallyConsistent), &byte, 1)
                errno = saved
            }
            action.sa_flags = SA_RESTART
            guard sigaction(number, &action, nil) == 0 else {
                throw DescriptorError(operation: "catch signal \(number)", code: errno)
            }
        }
    }

    /// The signals received since the last call, oldest first.
    public func received() -> [Int32] {
        var buffer = [UInt8](repeating: 0, count: 64)
        let count = Glibc.read(descriptor, &buffer, buffer.count)
        return count > 0 ? buffer[..<count].map(Int32.init) : []
    }
}
