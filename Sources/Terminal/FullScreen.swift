import Glibc
import Synchronization

/// The terminal as a canvas: the alternate screen, no cursor, keys unechoed and at once. Everything is put back by
/// `leave`, when the value goes, and when the process ends by `exit`.
///
/// One at a time for a process. Signals keep their meaning (Ctrl-C sends SIGINT); whoever catches one ends in good order, and so puts things back.
public struct FullScreen: ~Copyable {
    /// What is to be restored if the process exits under us; empty while nothing is changed.
    private static let saved = Mutex<(descriptor: Int32, attributes: termios)?>(nil)

    private let descriptor: Int32
    private var isActive = false

    /// - Parameter descriptor: of the terminal, open for reading and writing.
    public init(descriptor: Int32) throws(DescriptorError) {
        self.descriptor = descriptor
        atexit { FullScreen.restore() }
        try enter()
    }

    /// Takes the terminal over, again after `leave`.
    public mutating func enter() throws(DescriptorError) {
        guard !isActive else { return }
        var attributes = termios()
        guard tcgetattr(descriptor, &attributes) == 0 else {
            throw DescriptorError(operation: "ask the terminal for its settings", code: errno)
        }
        Self.saved.withLock { $0 = (descriptor, attributes) }
        attributes.c_lflag &= ~tcflag_t(ICANON | ECHO)
        isActive = true
        guard tcsetattr(descriptor, TCSADRAIN, &attributes) == 0 else {
            throw DescriptorError(operation: "set the terminal up", code: errno)
        }
        // Alternate screen, no cursor, no wrapping at the right edge.
        try Descriptor.write(
            Array("\u{1B}[?1049h\u{1B}[?25l\u{1B}[?7l".utf8), to: descriptor, operation: "write to the terminal")
    }

    /// Gives the terminal back as it was.
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
                operation: "give the terminal back")
            _ = tcsetattr(descriptor, TCSADRAIN, &original)
        }
    }
}
