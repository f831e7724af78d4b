/// Numbers as people read them, without Foundation.
enum Decimal {
    /// A number with a fixed count of decimals, such as "0.50"; "?" for what is not finite or too large to mean
    /// anything.
    static func text(_ value: Double, places: Int) -> String {
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        let scaled = (value * scale).rounded(.toNearestOrAwayFromZero)
        guard scaled.isFinite, abs(scaled) < 1e15 else { return "?" }
        let digits = String(Int64(scaled.magnitude))
        let padded = String(repeating: "0", count: max(places + 1 - digits.count, 0)) + digits
        let sign = scaled < 0 ? "-" : ""
        guard places > 0 else { return sign + padded }
        return "\(sign)\(padded.dropLast(places)).\(padded.suffix(places))"
    }

    /// The text with blanks before it, up to `width`.
    static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(width - text.count, 0)) + text
    }

    /// The text with blanks after it, up to `width`.
    static func left(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(width - text.count, 0))
    }
}
