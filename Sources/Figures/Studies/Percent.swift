import Foundation

/// Fractions as the tables have them: 0.6213 is "62.1%".
enum Percent {
    static func text(_ fraction: Double) -> String {
        fraction.isFinite ? String(format: "%.1f%%", fraction * 100) : "unknown"
    }
}
