import Glibc
import Synchronization

/// Signals as bytes on a pipe, so that a loop around `poll` meets them like any other input.
///
/// One for the process: the handlers are the process's own. The pipe lives as long as the process does, since a
/// handler may run at any time.
public struct SignalPipe: Sendable {
    /// Where handlers write; -1 before there is a pipe.
    private static let writeEnd = Atomic<Int32>(-1)

    /// Readable when a signal has come.
    public let descriptor: Int32

    /// Takes the signals away from their default actions.
    public init(_ signals: [Int32]) throws(DescriptorError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw DescriptorError(operation: "make a pipe for signals", code: errno)
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
                // Only what is safe in a handler: an atomic load, write(2), and errno put back.
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

    /// The signals that have come since the last call, oldest first.
    public func received() -> [Int32] {
        var buffer = [UInt8](repeating: 0, count: 64)
        let count = Glibc.read(descriptor, &buffer, buffer.count)
        return count > 0 ? buffer[..<count].map(Int32.init) : []
    }
}
