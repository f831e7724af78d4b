import Foundation

extension Double {
    /// The logarithm to base 10.
    var logarithm: Double { log10(self) }
}

extension Ticks {
    /// Ticks at powers of ten; over fewer than three decades also at 2 and 5 times them; over very short ranges as on a
    /// linear axis.
    static func logarithmic(_ domain: ClosedRange<Double>, target: Int) -> Ticks {
        let low = Int((domain.lowerBound.logarithm - 1e-9).rounded(.up))
        let high = Int((domain.upperBound.logarithm + 1e-9).rounded(.down))
        let decades = high - low + 1
        if decades >= 3 || decades >= target {
            let stride = (decades + target - 1) / target
            let exponents = (low...high).filter { $0.isMultiple(of: stride) }
            return Ticks(ticks: exponents.map { Tick(value: power($0), label: powerLabel($0)) }, step: nil)
        }
        var fine: [Tick] = []
        for exponent in low - 1...max(high, low) {
            for mantissa in [1.0, 2, 5] {
                let value = mantissa * power(exponent)
                let isInside = value >= domain.lowerBound * (1 - 1e-9) && value <= domain.upperBound * (1 + 1e-9)
                let label = labels([value], exponent: min(exponent, 0)).first ?? ""
                if isInside { fine.append(Tick(value: value, label: label)) }
            }
        }
        return fine.count >= 3 ? Ticks(ticks: fine, step: nil) : linear(domain, target: target)
    }

    private static func power(_ exponent: Int) -> Double {
        exponent < 0 ? 1 / pow(10, Double(-exponent)) : pow(10, Double(exponent))
    }

    private static func powerLabel(_ exponent: Int) -> String {
        if (-4...6).contains(exponent) { return labels([power(exponent)], exponent: min(exponent, 0)).first ?? "" }
        let digits = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
        let raised = String(abs(exponent)).compactMap(\.wholeNumberValue).map { String(digits[$0]) }.joined()
        return "10" + (exponent < 0 ? "⁻" : "") + raised
    }
}
