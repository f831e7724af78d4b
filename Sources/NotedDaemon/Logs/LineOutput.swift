import Glibc
import Synchronization

/// Writes whole lines to a descriptor without ever waiting for its reader: a line that cannot be written at once is
/// dropped and counted.
///
/// The log must not stop the daemon when the journal hangs, or when a terminal or a pipe is not read. May be used from
/// any thread.
final class LineOutput: Sendable {
    /// Maximum bytes of a line; longer lines are cut. A pipe that is ready takes as many without blocking.
    static let limit = 4096

    /// The process's standard error.
    static let standardError = LineOutput(descriptor: STDERR_FILENO)

    private let descriptor: Int32
    private let isSocket: Bool
    private let dropped = Mutex(0)

    init(descriptor: Int32) {
        self.descriptor = descriptor
        var status = stat()
        isSocket = fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFSOCK
    }

    /// Writes the line that `text` makes, newline included.
    ///
    /// - Parameter text: is passed the number of lines dropped since the last one that was written.
    func write(_ text: (_ dropped: Int) -> String) {
        // Held while writing, so that no other thread of the daemon takes the room in between.
        dropped.withLock { dropped in
            if send(text(dropped)) { dropped = 0 } else { dropped += 1 }
        }
    }

    private func send(_ text: String) -> Bool {
        var bytes = Array(text.utf8)
        if bytes.count > Self.limit {
            bytes.removeSubrange((Self.limit - 1)...)
            bytes.append(UInt8(ascii: "\n"))
        }
        guard !isSocket else {
            return Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)) > 0
        }
        var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        guard poll(&entry, 1, 0) > 0, entry.revents & Int16(POLLOUT) != 0 else { return false }
        return Glibc.write(descriptor, bytes, bytes.count) > 0
    }
}
