import CLinux
import Glibc

/// A flag in the kernel that one thread raises and another waits for (`eventfd`).
///
/// Raising is one system call that neither blocks nor allocates. The descriptor can stand in any `poll`.
final class WakeSignal: Sendable {
    let descriptor: Int32

    init() throws(CaptureError) {
        descriptor = clinux_eventfd()
        guard descriptor >= 0 else { throw .system(operation: "make an event descriptor", errno: errno) }
    }

    deinit { close(descriptor) }

    /// Any thread.
    func raise() {
        var one: UInt64 = 1
        _ = write(descriptor, &one, 8)
    }

    /// The waiting thread: lowers the flag.
    func clear() {
        var count: UInt64 = 0
        _ = read(descriptor, &count, 8)
    }

    /// Whether it is up, without lowering it.
    var isRaised: Bool { wait(nanoseconds: 0) }

    /// Waits until it is up or the time is over, and leaves it as it is.
    /// - Returns: whether it is up. A signal handler may end the wait early.
    func wait(nanoseconds: UInt64) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        // Rounded up, or the last millisecond of every wait would be spun away.
        let milliseconds = Int32(clamping: nanoseconds / 1_000_000 + (nanoseconds % 1_000_000 > 0 ? 1 : 0))
        return poll(&entry, 1, milliseconds) > 0
    }
}
