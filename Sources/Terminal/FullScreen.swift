import Glibc
import Synchronization

/// Full-screen terminal mode: alternate screen, hidden cursor, unbuffered keys without echo. The terminal is restored
/// by `leave`, by `deinit`, and when the process calls `exit`.
///
/// At most one per process. Signals keep their meaning (Ctrl-C sends SIGINT); a process that catches them must exit
/// normally to restore the terminal.
public struct FullScreen: ~Copyable {
    /// The state to restore if the process exits; nil while nothing has changed.
    private static let saved = Mutex<(descriptor: Int32, attributes: termios)?>(nil)

    private let descriptor: Int32
    private var isActive = false

    /// - Parameter descriptor: a terminal, open for reading and writing.
    public init(descriptor: Int32) throws(DescriptorError) {
        self.descriptor = descriptor
        atexit { FullScreen.restore() }
        try enter()
    }

    /// Enters full-screen mode; may be called again after `leave`.
    public mutating func enter() throws(DescriptorError) {
        guard !isActive else { return }
        var attributes = termios()
        guard tcgetattr(descriptor, &attributes) == 0 else {
            throw DescriptorError(operation: "read the terminal's settings", code: errno)
        }
        Self.saved.withLock { $0 = (descriptor, attributes) }
        attributes.c_lflag &= ~tcflag_t(ICANON | ECHO)
        isActive = true
        guard tcsetattr(descriptor, TCSADRAIN, &attributes) == 0 else {
            throw DescriptorError(operation: "change the terminal's settings", code: errno)
        }
        // Alternate screen, no cursor, no wrapping at the right edge.
        try Descriptor.write(
            Array("\u{1B}[?1049h\u{1B}[?25l\u{1B}[?7l".utf8), to: descriptor, operation: "write to the terminal")
    }

    /// Restores the terminal.
    public mutating func leave() {
        guard isActive else { return }
        isActive = false
        Self.restore()
    }

    deinit {
        if isActive { Self.restore() }
    }

    private static func restore() {
        saved.withLock { saved in
            guard let (descriptor, attributes) = saved else { return }
            var original = attributes
            saved = nil
            try? Descriptor.write(
                Array("\u{1B}[0m\u{1B}[?7h\u{1B}[?25h\u{1B}[?1049l".utf8), to: descriptor,
                operation: "restore the terminal")
            _ = tcsetattr(descriptor, TCSADRAIN, &original)
        }
    }
}
