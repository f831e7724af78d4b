import Basics
import Glibc
import Terminal

/// Waits for what the daemon says until a signal asks for the end. For commands that draw nothing.
public struct LinkLoop {
    private let link: DaemonLink
    private let signals: SignalPipe
    private let clock = ContinuousClock()
    private let start: ContinuousClock.Instant

    /// Takes SIGINT, SIGTERM and SIGHUP over: they end `run` in good order.
    public init(link: DaemonLink) throws(DescriptorError) {
        self.link = link
        signals = try SignalPipe([SIGINT, SIGTERM, SIGHUP])
        start = clock.now
    }

    /// Hands over what comes, in batches as it was read, until a signal comes, whoever reads `output` has gone, or
    /// `handle` returns false.
    public func run(
        output: Int32? = nil, _ handle: ([DaemonLink.Event]) throws(DescriptorError) -> Bool
    ) throws(DescriptorError) {
        while true {
            let inputs = [signals.descriptor] + (link.descriptor.map { [$0] } ?? [])
            let ready = try Descriptor.waitForInput(
                on: inputs, output: output, timeout: link.nextAttempt.map { max($0 - now, 0) })
            if ready.contains(signals.descriptor) { return }
            if let output, ready.contains(output) { return }
            guard try handle(link.advance(now: now)) else { return }
        }
    }

    private var now: Double { (clock.now - start) / .seconds(1) }
}

/// A remark for the person at the terminal, on standard error. Failing to make it is no failure.
func remark(_ text: String) {
    try? Descriptor.write(Array("notectl: \(text)\n".utf8), to: STDERR_FILENO, operation: "write standard error")
}

/// The time of day as the daemon's `time` has it: seconds since 1970.
func unixTime() -> Double { Clock.unix }
