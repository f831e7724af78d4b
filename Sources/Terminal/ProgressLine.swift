import Glibc

/// A progress line on standard error.
///
/// On a terminal the line is redrawn at most ten times a second; elsewhere (a log, a pipe) a plain line is printed
/// every ten seconds. Write errors are ignored, so that progress never interrupts the work.
///
///     var progress = ProgressLine("transcribe", total: seconds, unit: .audioSeconds)
///     for hop in hops { ...; progress.update(done) }
///     progress.finish(seconds)
public struct ProgressLine: ~Copyable {
    private var meter: ProgressMeter
    private let clock = ContinuousClock()
    private let start: ContinuousClock.Instant
    private let isDrawn: Bool
    private var isVisible = false

    /// - Parameters:
    ///   - label: the kind of work, in a word or two.
    ///   - total: the total work, in `unit`; nil if unknown.
    public init(_ label: String, total: Double?, unit: ProgressMeter.Unit) {
        let isDrawn = TerminalTraits(descriptor: STDERR_FILENO).isTerminal
        let style: ProgressMeter.Style =
            isDrawn ? .drawn(columns: TerminalSize(descriptor: STDERR_FILENO).columns) : .plain
        start = clock.now
        self.isDrawn = isDrawn
        meter = ProgressMeter(label, total: total, unit: unit, style: style, now: 0)
    }

    /// Reports the work done so far, in `unit`. Cheap: most calls only read the clock.
    public mutating func update(_ done: Double, remark: String = "") {
        guard let line = meter.line(done: done, remark: remark, now: now) else { return }
        show(line, endsLine: !isDrawn)
        isVisible = isDrawn
        if isDrawn { meter.style = .drawn(columns: TerminalSize(descriptor: STDERR_FILENO).columns) }
    }

    /// Replaces the line with a summary and ends it.
    public mutating func finish(_ done: Double, remark: String = "") {
        show(meter.summary(done: done, remark: remark, now: now), endsLine: true)
        isVisible = false
    }

    /// Prints a separate line above the progress line, such as a warning.
    public mutating func print(_ line: String) {
        show(line, endsLine: true)
        isVisible = false
    }

    private var now: Double { (clock.now - start) / .seconds(1) }

    private func show(_ line: String, endsLine: Bool) {
        let text = (isDrawn ? "\r\u{1B}[K" : "") + line + (endsLine ? "\n" : "")
        try? Descriptor.write(Array(text.utf8), to: STDERR_FILENO, operation: "write standard error")
    }

    deinit {
        // If the work fails midway, the last progress stays visible and the error message starts on a new line.
        if isVisible { try? Descriptor.write([UInt8(ascii: "\n")], to: STDERR_FILENO, operation: "end a line") }
    }
}
