/// Estimates the width of text without access to the font.
///
/// Uses the widths of DejaVu Sans, the widest of the fonts that figures request, so that text that fits here fits with
/// any of them.
enum TextMetrics {
    /// The width in pixels.
    static func width(_ text: String, size: Double) -> Double {
        text.unicodeScalars.reduce(0) { $0 + em($1) } * size
    }

    /// `text`, truncated with an ellipsis if it does not fit.
    static func fitted(_ text: String, size: Double, width limit: Double) -> String {
        guard width(text, size: size) > limit else { return text }
        var used = em("…") * size
        var result = ""
        for character in text {
            used += width(String(character), size: size)
            if used > limit { break }
            result.append(character)
        }
        while result.last == " " { result.removeLast() }
        return result + "…"
    }

    /// `text` wrapped at spaces into lines no wider than `limit`; longer words are truncated.
    static func wrapped(_ text: String, size: Double, width limit: Double) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(whereSeparator: \.isWhitespace) {
            let longer = line.isEmpty ? String(word) : "\(line) \(word)"
            if line.isEmpty || width(longer, size: size) <= limit {
                line = longer
            } else {
                lines.append(line)
                line = String(word)
            }
        }
        if !line.isEmpty { lines.append(line) }
        return lines.map { fitted($0, size: size, width: limit) }
    }

    private static func em(_ scalar: Unicode.Scalar) -> Double {
        switch scalar {
        case "i", "j", "l", "'", "|", "I", ".", ",", ":", ";", " ", "!": 0.34
        case "f", "t", "r", "-", "(", ")", "[", "]", "/": 0.42
        case "m", "w", "M", "W", "%", "@", "…", "—": 0.98
        case "0"..."9": 0.64
        case "A"..."Z": 0.72
        case "a"..."z": 0.62
        default: scalar.value < 0x2E80 ? 0.7 : 1.05
        }
    }
}
