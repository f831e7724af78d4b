/// Coordinates in as few characters as tell them apart on paper.
enum ShortNumber {
    /// `value` rounded to tenths, without what a reader of SVG can do without: "0.50" is ".5".
    ///
    /// Not a number at all becomes 0: a slip may misplace a mark, but never break the file.
    static func text(_ value: Double) -> String {
        guard value.isFinite else { return "0" }
        return text(tenths: tenths(value))
    }

    /// `value` in tenths, held within what any reader's numbers can take.
    static func tenths(_ value: Double) -> Int {
        guard value.isFinite else { return 0 }
        return Int((min(max(value, -1e7), 1e7) * 10).rounded())
    }

    static func text(tenths: Int) -> String {
        let (whole, rest) = abs(tenths).quotientAndRemainder(dividingBy: 10)
        let sign = tenths < 0 ? "-" : ""
        if rest == 0 { return "\(sign)\(whole)" }
        return whole == 0 ? "\(sign).\(rest)" : "\(sign)\(whole).\(rest)"
    }
}
