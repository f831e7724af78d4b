import Foundation

/// A ``Reliability`` as lines of text.
public enum ReliabilityText {
    public static func text(_ reliability: Reliability) -> String {
        guard let error = reliability.calibrationError else { return "confidence: no notes" }
        var lines = [
            String(format: "confidence: expected calibration error %.3f over %d notes", error, reliability.count)
        ]
        lines.append("  confidence  notes  right")
        for bin in reliability.bins where bin.count > 0 {
            lines.append(String(format: "  %10.2f %6d  %5.2f", bin.confidence, bin.count, bin.right))
        }
        return lines.joined(separator: "\n")
    }
}
