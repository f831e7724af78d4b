/// Numbers with a fixed number of decimals, the same in every locale, and quick: a row of them is written for every hop.
enum FixedDecimals {
    static func three(_ value: Double) -> String { fixed(value, 1_000, 3) }
    static func four(_ value: Double) -> String { fixed(value, 10_000, 4) }
    static func six(_ value: Double) -> String { fixed(value, 1_000_000, 6) }

    private static func fixed(_ value: Double, _ scale: Int, _ digits: Int) -> String {
        guard value.isFinite, abs(value) < 1e12 else { return "0." + String(repeating: "0", count: digits) }
        let scaled = Int((abs(value) * Double(scale)).rounded())
        let fraction = String(scaled % scale)
        return (value < 0 && scaled > 0 ? "-" : "") + "\(scaled / scale)."
            + String(repeating: "0", count: digits - fraction.count) + fraction
    }
}
