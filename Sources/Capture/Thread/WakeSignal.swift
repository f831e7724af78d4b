import CLinux
import Glibc
import Synchronization

/// A kernel flag that one thread raises and another waits for (`eventfd`).
///
/// Raising is one system call that neither blocks nor allocates. The descriptor can be used in any `poll`.
final class WakeSignal: Sendable {
    let descriptor: Int32
    /// The same flag, for a look that needs no system call.
    private let flag = Atomic(false)

    init() throws(CaptureError) {
        descriptor = clinux_eventfd()
        guard descriptor >= 0 else { throw .system(operation: "create an event descriptor", errno: errno) }
    }

    deinit { close(descriptor) }

    /// May be called on any thread.
    func raise() {
        flag.store(true, ordering: .releasing)
        var one: UInt64 = 1
        _ = write(descriptor, &one, 8)
    }

    /// Lowers the flag. Called by the waiting thread.
    func clear() {
        flag.store(false, ordering: .releasing)
        var count: UInt64 = 0
        _ = read(descriptor, &count, 8)
    }

    /// Whether the flag is up. Doesn't lower it.
    var isRaised: Bool { flag.load(ordering: .acquiring) }

    /// Waits until the flag is up or the time is over. Doesn't lower it.
    ///
    /// - Returns: whether the flag is up. A signal handler may end the wait early.
    func wait(nanoseconds: UInt64) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        // Rounded up, because the last millisecond of every wait would otherwise be spent spinning.
        let milliseconds = Int32(clamping: nanoseconds / 1_000_000 + (nanoseconds % 1_000_000 > 0 ? 1 : 0))
        return poll(&entry, 1, milliseconds) > 0
    }
}
