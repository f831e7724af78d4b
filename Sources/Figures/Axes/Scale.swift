/// Maps the values of an axis to positions along it.
struct Scale: Equatable, Sendable {
    let kind: Axis.Kind
    let domain: ClosedRange<Double>

    /// Numbers of larger magnitude are treated as infinite, because their differences could overflow.
    static let limit = 1e100

    /// Whether a number can have a position on any axis.
    static func isDrawable(_ value: Double) -> Bool { value.isFinite && abs(value) <= limit }

    /// - Parameter domain: drawable ends; if they are nearly equal, the range is widened.
    /// - Throws: ``FiguresError/invalid(_:)`` for ends that are not drawable, and for a logarithmic axis that reaches
    ///   zero.
    init(_ kind: Axis.Kind, domain: ClosedRange<Double>) throws(FiguresError) {
        guard Self.isDrawable(domain.lowerBound), Self.isDrawable(domain.upperBound) else {
            throw .invalid("an axis from \(domain.lowerBound) to \(domain.upperBound)")
        }
        self.kind = kind
        switch kind {
        case .linear: self.domain = Self.widened(domain)
        case .logarithmic:
            guard domain.lowerBound >= 1e-100 else {
                throw .invalid("a logarithmic axis from \(domain.lowerBound); it must start above zero")
            }
            let isNarrow = domain.upperBound / domain.lowerBound < 1 + 1e-6
            self.domain = isNarrow ? domain.lowerBound / 1.25...domain.upperBound * 1.25 : domain
        }
    }

    /// The position of `value`: 0 at the lower end of the axis, 1 at the upper end; nil if it has none.
    func fraction(_ value: Double) -> Double? {
        guard Self.isDrawable(value) else { return nil }
        switch kind {
        case .linear: return (value - domain.lowerBound) / (domain.upperBound - domain.lowerBound)
        case .logarithmic:
            guard value > 0 else { return nil }
            return (value / domain.lowerBound).logarithm / (domain.upperBound / domain.lowerBound).logarithm
        }
    }

    /// Widens a range whose ends are nearly equal, for data that is all the same number.
    private static func widened(_ domain: ClosedRange<Double>) -> ClosedRange<Double> {
        let (low, high) = (domain.lowerBound, domain.upperBound)
        let size = max(abs(low), abs(high))
        guard high - low <= max(size * 1e-9, 1e-90) else { return domain }
        let margin = size < 1e-80 ? 1 : size * 0.1
        return low - margin...high + margin
    }
}
