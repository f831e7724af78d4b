import Basics

/// Numbers as the paper's tables print them, where they differ from other tables'.
enum Decimals {
    /// ".634", "1.052".
    static func error(_ value: Double) -> String {
        let text = Numeral.fixed(value, 3)
        return text.hasPrefix("0.") ? String(text.dropFirst()) : text
    }

    /// "6.4" hours, "0.35", "0.004".
    static func hours(_ value: Double) -> String { Numeral.fixed(value, value >= 1 ? 1 : value >= 0.1 ? 2 : 3) }
}
