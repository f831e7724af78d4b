/// Numbers as people read them in tables, the same in every locale.
public enum Numeral {
    /// "1,299,329".
    public static func grouped(_ number: Int) -> String {
        var digits = Array(String(number.magnitude))
        var index = digits.count - 3
        while index > 0 {
            digits.insert(",", at: index)
            index -= 3
        }
        return (number < 0 ? "-" : "") + String(digits)
    }

    /// "1 recording", "2,048 recordings".
    public static func count(_ number: Int, _ noun: String) -> String {
        grouped(number) + " " + noun + (number == 1 ? "" : "s")
    }

    /// With a fixed number of decimals, 0 to 3; "?" for what is no number.
    public static func fixed(_ number: Double, _ decimals: Int) -> String {
        guard number.isFinite, abs(number) < 1e12 else { return "?" }
        let scale = [1, 10, 100, 1000][min(max(decimals, 0), 3)]
        let scaled = Int((abs(number) * Double(scale)).rounded())
        let sign = number < 0 && scaled > 0 ? "-" : ""
        guard scale > 1 else { return sign + grouped(scaled) }
        let fraction = String(scaled % scale)
        let zeros = String(repeating: "0", count: min(max(decimals, 0), 3) - fraction.count)
        return sign + grouped(scaled / scale) + "." + zeros + fraction
    }

    /// "60.5%" for 0.605.
    public static func percent(_ share: Double) -> String { fixed(share * 100, 1) + "%" }
}
