import Basics
import Glibc
import Terminal

/// Event loop of commands without a screen: handles lines from the daemon until a signal arrives.
public struct LinkLoop {
    private let link: DaemonLink
    private let signals: SignalPipe
    private let clock = ContinuousClock()
    private let start: ContinuousClock.Instant

    /// Catches SIGINT, SIGTERM and SIGHUP, each of which ends `run` normally.
    public init(link: DaemonLink) throws(DescriptorError) {
        self.link = link
        signals = try SignalPipe([SIGINT, SIGTERM, SIGHUP])
        start = clock.now
    }

    /// Passes events to `handle` in the batches in which they were read, until a signal arrives, the reader of `output`
    /// closes it, or `handle` returns false.
    /// - Parameter interval: the longest time in seconds without a call of `handle`, which then has no events.
    public func run(
        output: Int32? = nil, interval: Double? = nil, _ handle: ([DaemonLink.Event]) throws(DescriptorError) -> Bool
    ) throws(DescriptorError) {
        while true {
            let inputs = [signals.descriptor] + (link.descriptor.map { [$0] } ?? [])
            let ready = try Descriptor.waitForInput(
                on: inputs, output: output,
                timeout: [link.nextAttempt.map { max($0 - now, 0) }, interval].compactMap { $0 }.min())
            if ready.contains(signals.descriptor) { return }
            if let output, ready.contains(output) { return }
            guard try handle(link.advance(now: now)) else { return }
        }
    }

    private var now: Double { (clock.now - start) / .seconds(1) }
}

/// Prints a message for the user on standard error, ignoring write errors.
func printRemark(_ text: String) {
    try? Descriptor.write(Array("notectl: \(text)\n".utf8), to: STDERR_FILENO, operation: "write standard error")
}

/// The current Unix time in seconds, the clock of the daemon's `time`.
func unixTime() -> Double { Clock.unix }
