/// Decides when to show progress, and formats it. Pure: the caller passes the work done and the time.
public struct ProgressMeter: Sendable {
    /// The unit of work.
    public enum Unit: Hashable, Sendable {
        /// Items, with their plural name: the rate reads "12.3 steps/s".
        case count(String)
        /// Seconds of audio: the rate reads "132x real time".
        case audioSeconds
        /// The rate reads "4.2 MB/s".
        case bytes
    }

    /// A drawn line is redrawn in place; plain lines are printed one below the other, so they are less frequent.
    public enum Style: Hashable, Sendable {
        case drawn(columns: Int)
        case plain

        /// Minimum seconds between two lines.
        var interval: Double {
            switch self {
            case .drawn: 0.1
            case .plain: 10
            }
        }
    }

    public let label: String
    /// In `unit`; nil if unknown.
    public let total: Double?
    public let unit: Unit
    public var style: Style
    private let start: Double
    private var lastShown: Double

    /// - Parameter now: seconds on any monotonic clock.
    public init(_ label: String, total: Double?, unit: Unit, style: Style, now: Double) {
        self.label = label
        self.total = total
        self.unit = unit
        self.style = style
        start = now
        // The first drawn line appears at once, the first plain one after an interval: short work prints nothing.
        lastShown = style == .plain ? now : -.infinity
    }

    /// The line to show, or nil if the last one is recent enough.
    /// - Parameters:
    ///   - done: the work done so far, in `unit`.
    ///   - remark: appended to the line, such as a loss.
    public mutating func line(done: Double, remark: String = "", now: Double) -> String? {
        guard now - lastShown >= style.interval else { return nil }
        lastShown = now
        return text(done: done, remark: remark, elapsed: now - start)
    }

    /// The final line: the amount of work and the time it took.
    public func summary(done: Double, remark: String = "", now: Double) -> String {
        let elapsed = now - start
        let parts = [label, amount(done), "in \(Self.clock(elapsed))", rate(done, elapsed), remark]
        return fitted(parts.filter { !$0.isEmpty }.joined(separator: "  "))
    }

    private func text(done: Double, remark: String, elapsed: Double) -> String {
        var parts = [label]
        if let total, total > 0 {
            let ratio = done / total
            let share = ratio > 0 ? min(ratio, 1) : 0  // 0 for NaN too
            parts.append("\(Self.padded("\(Int(share * 100))", to: 3))%")
            if case .drawn(let columns) = style, columns >= 72 { parts.append(Self.bar(share, cells: 20)) }
            parts.append(rate(done, elapsed))
            if share > 0.002, elapsed > 1 { parts.append("\(Self.clock(elapsed * (1 - share) / share)) left") }
        } else {
            parts += [amount(done), rate(done, elapsed)]
        }
        parts.append(remark)
        return fitted(parts.filter { !$0.isEmpty }.joined(separator: "  "))
    }

    /// Truncates the text, since a wrapped line could not be redrawn.
    private func fitted(_ text: String) -> String {
        guard case .drawn(let columns) = style else { return text }
        return String(text.prefix(max(columns - 1, 1)))
    }

    private func amount(_ done: Double) -> String {
        switch unit {
        case .count(let name): "\(Self.short(done)) \(name)"
        case .audioSeconds: "\(Self.clock(done)) of audio"
        case .bytes: "\(Self.short(done / 1e6)) MB"
        }
    }

    private func rate(_ done: Double, _ elapsed: Double) -> String {
        guard elapsed > 0.2, done > 0 else { return "" }
        return switch unit {
        case .count(let name): "\(Self.short(done / elapsed)) \(name)/s"
        case .audioSeconds: "\(Self.short(done / elapsed))x real time"
        case .bytes: "\(Self.short(done / elapsed / 1e6)) MB/s"
        }
    }
}

extension ProgressMeter {
    private static func bar(_ share: Double, cells: Int) -> String {
        let full = Int(share * Double(cells))
        return "[" + String(repeating: "#", count: full) + String(repeating: ".", count: cells - full) + "]"
    }

    /// Three significant digits, or all digits of a large number.
    static func short(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return "?" }
        if abs(value) >= 100 { return String(Int(value.rounded())) }
        let scale: Double = abs(value) >= 10 ? 10 : 100
        let rounded = (value * scale).rounded() / scale
        return rounded == rounded.rounded() ? String(Int(rounded)) : String(rounded)
    }

    /// "0:07", "12:30" or "1:02:03".
    static func clock(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds >= 0, seconds < 1e9 else { return "?" }
        let whole = Int(seconds.rounded())
        let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
        let tail = padded("\(rest)", to: 2, with: "0")
        return hours > 0 ? "\(hours):\(padded("\(minutes)", to: 2, with: "0")):\(tail)" : "\(minutes):\(tail)"
    }

    static func padded(_ text: String, to width: Int, with filler: Character = " ") -> String {
        String(repeating: filler, count: max(width - text.count, 0)) + text
    }
}
