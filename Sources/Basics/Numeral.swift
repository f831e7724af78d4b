/// Locale-independent number formatting without Foundation. Rounds to nearest, ties away from zero.
public enum Numeral {
    // MARK: In running text and files

    /// A fixed number of decimals without separators: "1234.50". Fast enough to write a row of numbers every hop.
    ///
    /// - Parameters:
    ///   - places: the number of decimals, 0 to 9.
    ///   - invalid: returned for values that are not finite or need more than 15 digits.
    public static func decimal(_ value: Double, places: Int, invalid: String = "?") -> String {
        let scale = Self.scales[min(max(places, 0), Self.scales.count - 1)]
        let scaled = (value * Double(scale)).rounded(.toNearestOrAwayFromZero)
        guard scaled.isFinite, abs(scaled) < 1e15 else { return invalid }
        let (whole, fraction) = Int(scaled.magnitude).quotientAndRemainder(dividingBy: scale)
        return (scaled < 0 ? "-" : "") + String(whole) + decimals(fraction, places)
    }

    // MARK: In tables

    /// With thousands separators: "1,299,329".
    public static func grouped(_ number: Int) -> String {
        var digits = Array(String(number.magnitude))
        var index = digits.count - 3
        while index > 0 {
            digits.insert(",", at: index)
            index -= 3
        }
        return (number < 0 ? "-" : "") + String(digits)
    }

    /// A number with its noun: "1 recording", "2,048 recordings".
    public static func count(_ number: Int, _ noun: String) -> String {
        grouped(number) + " " + noun + (number == 1 ? "" : "s")
    }

    /// A fixed number of decimals, 0 to 3, with separators: "1,234.50"; "?" for values that are not finite.
    public static func fixed(_ number: Double, _ decimals: Int) -> String {
        guard number.isFinite, abs(number) < 1e12 else { return "?" }
        let places = min(max(decimals, 0), 3)
        let scaled = Int((abs(number) * Double(scales[places])).rounded())
        let (whole, fraction) = scaled.quotientAndRemainder(dividingBy: scales[places])
        return (number < 0 && scaled > 0 ? "-" : "") + grouped(whole) + Self.decimals(fraction, places)
    }

    /// A fraction as a percentage: "60.5%" for 0.605.
    public static func percent(_ share: Double) -> String { fixed(share * 100, 1) + "%" }

    /// A fraction as a percentage: "60.5%" for 0.605; `invalid` for values that are not finite.
    public static func percent(_ share: Double, invalid: String) -> String {
        share.isFinite ? percent(share) : invalid
    }

    // MARK: In drawings

    /// `value` rounded to tenths, in the shortest form that SVG allows: 0.50 is ".5".
    ///
    /// Values that are not finite become 0: a bug may misplace a mark, but never corrupts the file.
    public static func short(_ value: Double) -> String { short(tenths: tenths(value)) }

    /// `value` in tenths, clamped to ±1e8; 0 for values that are not finite.
    public static func tenths(_ value: Double) -> Int {
        guard value.isFinite else { return 0 }
        return Int((min(max(value, -1e7), 1e7) * 10).rounded())
    }

    /// A number of tenths in the form that ``short(_:)`` uses.
    public static func short(tenths: Int) -> String {
        let (whole, rest) = abs(tenths).quotientAndRemainder(dividingBy: 10)
        let sign = tenths < 0 ? "-" : ""
        if rest == 0 { return "\(sign)\(whole)" }
        return whole == 0 ? "\(sign).\(rest)" : "\(sign)\(whole).\(rest)"
    }

    // MARK: Parts

    private static let scales = [
        1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000,
    ]

    /// The decimal point and the digits after it.
    private static func decimals(_ fraction: Int, _ places: Int) -> String {
        guard places > 0 else { return "" }
        let digits = String(fraction)
        return "." + String(repeating: "0", count: max(0, min(places, scales.count - 1) - digits.count)) + digits
    }
}

extension String {
    /// The text padded on the left to `width` characters; longer text is unchanged.
    public func alignedRight(_ width: Int) -> String { String(repeating: " ", count: max(width - count, 0)) + self }

    /// The text padded on the right to `width` characters; longer text is unchanged.
    public func alignedLeft(_ width: Int) -> String { self + String(repeating: " ", count: max(width - count, 0)) }
}
