import Glibc
import Terminal
import Wire

/// The live readout on a terminal: waits for lines, keys, signals and the next frame, and repaints what has changed.
///
/// Draws at most 30 frames per second, and none while nothing changes, so that an idle readout costs nothing.
public struct LiveReadout {
    /// The highest useful rate of positions, per second.
    public static let positionRate = 30.0
    /// The minimum time between frames, in seconds.
    static let frameTime = 1.0 / 30

    private let link: DaemonLink
    private let renderer: ScreenRenderer
    private let signals: SignalPipe
    private let clock = ContinuousClock()
    private let start: ContinuousClock.Instant
    private var state: ReadoutState
    private var painter: ScreenPainter
    private var size: TerminalSize
    private var lastFrame = -1.0
    private var isDirty = true

    /// - Parameter link: a connected link that subscribes to `Topic.level`.
    public init(link: DaemonLink, traits: TerminalTraits, socketPath: String) throws(DescriptorError) {
        self.link = link
        renderer = ScreenRenderer(traits: traits, socketPath: socketPath)
        signals = try SignalPipe([SIGINT, SIGTERM, SIGHUP, SIGWINCH, SIGTSTP])
        painter = ScreenPainter(colours: traits.colours)
        size = TerminalSize(descriptor: STDOUT_FILENO)
        start = clock.now
        state = ReadoutState(now: 0)
        state.connected(now: 0)
    }

    /// Runs until the user quits or the terminal closes.
    public mutating func run() throws(DescriptorError) {
        var screen = try FullScreen(descriptor: STDOUT_FILENO)
        while true {
            try paint()
            let inputs = [STDIN_FILENO, signals.descriptor] + (link.descriptor.map { [$0] } ?? [])
            let ready = try Descriptor.waitForInput(on: inputs, timeout: waitTimeout)
            if ready.contains(signals.descriptor), try handleSignals(&screen) { return }
            if ready.contains(STDIN_FILENO), hasQuit() { return }
            for event in link.advance(now: now) { apply(event) }
        }
    }

    private var now: Double { (clock.now - start) / .seconds(1) }

    /// How long to wait for input; nil to wait indefinitely.
    private var waitTimeout: Double? {
        let frame =
            isDirty
            ? lastFrame + Self.frameTime
            : renderer.nextChange(state, size: size, now: now).map { max($0, lastFrame + Self.frameTime) }
        return [frame, link.nextAttempt].compactMap { $0 }.min().map { max($0 - now, 0) }
    }

    private mutating func paint() throws(DescriptorError) {
        let time = now
        guard time >= lastFrame + Self.frameTime else { return }
        let bytes = painter.bytes(for: renderer.grid(state, size: size, now: time))
        lastFrame = time
        isDirty = false
        guard !bytes.isEmpty else { return }
        try Descriptor.write(bytes, to: STDOUT_FILENO, operation: "write to the terminal")
    }

    private mutating func apply(_ event: DaemonLink.Event) {
        isDirty = true
        switch event {
        case .connected: state.connected(now: now)
        case .lost(let reason): state.disconnected(reason: reason, now: now)
        case .line(let line):
            // An unreadable line, perhaps from a newer daemon, must not stop the readout.
            if case .message(let message) = try? ServerLine.parse(line) { state.apply(message, now: now) }
        }
    }

    /// - Returns: true to quit.
    private mutating func handleSignals(_ screen: inout FullScreen) throws(DescriptorError) -> Bool {
        for signal in signals.received() {
            switch signal {
            case SIGWINCH:
                size = TerminalSize(descriptor: STDOUT_FILENO)
                painter.invalidate()
                isDirty = true
            case SIGTSTP:
                // Restore the shell's screen while stopped; execution continues here after SIGCONT.
                screen.leave()
                _ = raise(SIGSTOP)
                try screen.enter()
                size = TerminalSize(descriptor: STDOUT_FILENO)
                painter.invalidate()
                isDirty = true
            default: return true
            }
        }
        return false
    }

    /// Reads keys. End of input, when the terminal has closed, also quits.
    private func hasQuit() -> Bool {
        var keys = [UInt8](repeating: 0, count: 64)
        let count = Glibc.read(STDIN_FILENO, &keys, keys.count)
        if count < 0 { return errno != EINTR && errno != EAGAIN }
        let quitting = [UInt8(ascii: "q"), UInt8(ascii: "Q"), 3, 4]
        return count == 0 || keys[..<count].contains(where: quitting.contains)
    }
}
