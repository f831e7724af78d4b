import Glibc
import Terminal
import Testing

/// A pipe whose ends are closed on `deinit`.
private final class Pipe {
    private(set) var ends: [Int32] = [-1, -1]

    init() throws { try #require(pipe(&ends) == 0) }

    deinit { for end in ends where end >= 0 { close(end) } }

    func closeReadEnd() {
        close(ends[0])
        ends[0] = -1
    }
}

@Suite struct DescriptorTests {
    @Test func waitReturnsTheReadableDescriptors() throws {
        let (silent, talking) = (try Pipe(), try Pipe())
        try Descriptor.write([1], to: talking.ends[1], operation: "test")
        let ready = try Descriptor.waitForInput(on: [silent.ends[0], talking.ends[0]], timeout: 5)
        #expect(ready == [talking.ends[0]])
        #expect(try Descriptor.waitForInput(on: [silent.ends[0]], timeout: 0.01) == [])
    }

    @Test func aClosedReaderIsDetected() throws {
        Descriptor.ignoreWriteSignals()
        let (silent, output) = (try Pipe(), try Pipe())
        #expect(try Descriptor.waitForInput(on: [silent.ends[0]], output: output.ends[1], timeout: 0.01) == [])
        output.closeReadEnd()
        #expect(
            try Descriptor.waitForInput(on: [silent.ends[0]], output: output.ends[1], timeout: 5) == [output.ends[1]])
        let error = #expect(throws: DescriptorError.self) {
            try Descriptor.write([1], to: output.ends[1], operation: "write the test's pipe")
        }
        #expect(error?.isBrokenPipe == true)
        #expect(error?.description == "cannot write the test's pipe: Broken pipe")
    }

    @Test func signalsArriveAsInput() throws {
        let signals = try SignalPipe([SIGUSR1, SIGUSR2])
        #expect(signals.received().isEmpty)
        // Send to the process, because test threads block signals.
        kill(getpid(), SIGUSR1)
        #expect(try Descriptor.waitForInput(on: [signals.descriptor], timeout: 5) == [signals.descriptor])
        #expect(signals.received() == [SIGUSR1])
        kill(getpid(), SIGUSR2)
        #expect(try Descriptor.waitForInput(on: [signals.descriptor], timeout: 5) == [signals.descriptor])
        #expect(signals.received() == [SIGUSR2])
        #expect(signals.received().isEmpty)
    }
}

@Suite(.serialized) struct FullScreenTests {
    /// `TIOCSPTLCK` and `TIOCGPTN` of ioctl_tty(2); Swift does not import their macros.
    private static let (lockTerminal, terminalNumber): (UInt, UInt) = (0x4004_5431, 0x8004_5430)

    /// The output of the terminal so far, read from the pty master.
    private func written(to master: Int32) throws -> String {
        try #require(Descriptor.waitForInput(on: [master], timeout: 5) == [master])
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = read(master, &buffer, buffer.count)
        return String(decoding: buffer[..<max(count, 0)], as: UTF8.self)
    }

    private func isCanonical(_ terminal: Int32) -> Bool {
        var attributes = termios()
        return tcgetattr(terminal, &attributes) == 0 && attributes.c_lflag & tcflag_t(ICANON) != 0
    }

    @Test func theTerminalIsRestored() throws {
        let master = open("/dev/ptmx", O_RDWR | O_NOCTTY)
        defer { close(master) }
        var (lock, number): (Int32, Int32) = (0, -1)
        try #require(ioctl(master, Self.lockTerminal, &lock) == 0)
        try #require(ioctl(master, Self.terminalNumber, &number) == 0)
        let terminal = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
        try #require(terminal >= 0)
        defer { close(terminal) }

        try #require(isCanonical(terminal))
        var screen = try FullScreen(descriptor: terminal)
        #expect(!isCanonical(terminal))
        #expect(try written(to: master).contains("\u{1B}[?1049h"))
        screen.leave()
        #expect(isCanonical(terminal))
        let ending = try written(to: master)
        #expect(ending.contains("\u{1B}[?1049l") && ending.contains("\u{1B}[?25h"))
        try screen.enter()
        #expect(!isCanonical(terminal))
        screen.leave()
        #expect(isCanonical(terminal))
    }

    @Test func nonTerminalsAreRejected() throws {
        let descriptor = open("/dev/null", O_RDWR)
        defer { close(descriptor) }
        #expect(throws: DescriptorError.self) { _ = try FullScreen(descriptor: descriptor) }
        #expect(TerminalSize(descriptor: descriptor) == .standard)
        #expect(!TerminalTraits(descriptor: descriptor).isTerminal)
    }
}
