import Foundation

/// The ticks of an axis: round numbers within its range, with their labels.
struct Ticks: Equatable, Sendable {
    struct Tick: Equatable, Sendable {
        var value: Double
        var label: String
    }

    var ticks: [Tick]
    /// The distance between ticks if it is constant.
    var step: Double?

    static let none = Ticks(ticks: [], step: nil)

    /// Makes about `target` ticks on `scale`, at most `target` + 1 on a linear one.
    init(on scale: Scale, target: Int) {
        switch scale.kind {
        case .linear: self = Self.linear(scale.domain, target: max(target, 1))
        case .logarithmic: self = Self.logarithmic(scale.domain, target: max(target, 1))
        }
    }

    init(ticks: [Tick], step: Double?) {
        self.ticks = ticks
        self.step = step
    }

    /// Makes ticks with names at 0.5, 1.5, ...: the centres of the slots of a bar chart.
    init(names: [String]) {
        self.init(ticks: names.enumerated().map { Tick(value: Double($0) + 0.5, label: $1) }, step: nil)
    }

    /// Makes ticks for the named values on `scale`: all of them, or every second, third and so on if visible are more
    /// than `target`.
    init(places: [Axis.Place], on scale: Scale, target: Int) {
        let visible = places.filter { scale.domain.contains($0.value) }
        let every = max(1, (visible.count + max(target, 1) - 1) / max(target, 1))
        self.init(
            ticks: stride(from: 0, to: visible.count, by: every).map {
                Tick(value: visible[$0].value, label: visible[$0].name)
            },
            step: nil)
    }

    /// The smallest range around `domain` that starts and ends at a tick.
    static func enclosing(_ domain: ClosedRange<Double>, target: Int) -> ClosedRange<Double> {
        let step = Step(span: domain.upperBound - domain.lowerBound, target: max(target, 1))
        let low = (domain.lowerBound / step.value + 1e-9).rounded(.down)
        let high = (domain.upperBound / step.value - 1e-9).rounded(.up)
        return step.multiple(low)...max(step.multiple(high), step.multiple(low + 1))
    }

    // MARK: Linear

    /// A tick distance: 1, 2 or 5 times a power of ten.
    private struct Step {
        let mantissa: Double
        let exponent: Int

        init(span: Double, target: Int) {
            let raw = span / Double(target)
            let power = Int(raw.logarithm.rounded(.down))
            let rest = raw / pow(10, Double(power))
            let mantissa = [1.0, 2, 5, 10].first { $0 >= rest * (1 - 1e-9) } ?? 10
            self.mantissa = mantissa == 10 ? 1 : mantissa
            exponent = mantissa == 10 ? power + 1 : power
        }

        var value: Double { multiple(1) }

        /// Divides if the step is a fraction, because 3 / 10 equals 0.3 in floating point and 3 * 0.1 does not.
        func multiple(_ count: Double) -> Double {
            exponent < 0 ? count * mantissa / pow(10, Double(-exponent)) : count * mantissa * pow(10, Double(exponent))
        }
    }

    static func linear(_ domain: ClosedRange<Double>, target: Int) -> Ticks {
        let step = Step(span: domain.upperBound - domain.lowerBound, target: target)
        let first = (domain.lowerBound / step.value - 1e-9).rounded(.up)
        let last = (domain.upperBound / step.value + 1e-9).rounded(.down)
        // A range shorter than the step may lie between two ticks. Try the next finer step.
        guard last >= first else { return target < 16 ? linear(domain, target: target + 1) : none }
        // Adding zero turns -0 into 0.
        let values = stride(from: first, through: last, by: 1).map { step.multiple($0) + 0 }
        return Ticks(ticks: zip(values, labels(values, exponent: step.exponent)).map(Tick.init), step: step.value)
    }

    /// Labels for ticks that are multiples of 10 to the power `exponent`.
    static func labels(_ values: [Double], exponent: Int) -> [String] {
        let largest = values.map(abs).max() ?? 0
        guard exponent >= -5, largest < 1e7 else {
            let magnitude = largest > 0 ? Int(largest.logarithm.rounded(.down)) : exponent
            let digits = min(max(magnitude - exponent, 0), 12)
            return values.map { $0 == 0 ? "0" : scientific($0, digits: digits) }
        }
        let texts = values.map { String(format: "%.*f", max(-exponent, 0), $0) }
        // All labels of an axis are formatted alike: 5,000 beside 10,000, but 5000 alone.
        return largest < 10_000 ? texts : texts.map(grouped)
    }

    private static func scientific(_ value: Double, digits: Int) -> String {
        let parts = String(format: "%.*e", digits, value).split(separator: "e")
        guard parts.count == 2, let exponent = Int(parts[1]) else { return "\(value)" }
        return "\(parts[0])e\(exponent)"
    }

    /// Adds thousands separators: "12345.5" becomes "12,345.5".
    static func grouped(_ text: String) -> String {
        let whole = text.prefix { $0 != "." }
        let digits = whole.drop { $0 == "-" }
        guard digits.count > 3 else { return text }
        var result = whole.hasPrefix("-") ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { result += "," }
            result.append(digit)
        }
        return result + text.dropFirst(whole.count)
    }
}
