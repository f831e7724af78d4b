/// Writes SVG elements. The only place that escapes attribute values and text.
struct SVGWriter {
    typealias Attributes = KeyValuePairs<String, String>

    private(set) var text = ""

    /// Writes an element without children.
    mutating func element(_ name: String, _ attributes: Attributes) {
        tag(name, attributes)
        text += "/>\n"
    }

    /// Writes an element with text content.
    mutating func element(_ name: String, _ attributes: Attributes, content: String) {
        tag(name, attributes)
        text += ">\(Self.escaped(content))</\(name)>\n"
    }

    /// Writes an element whose children are written by `body`.
    mutating func group(_ name: String, _ attributes: Attributes, _ body: (inout SVGWriter) -> Void) {
        tag(name, attributes)
        text += ">\n"
        body(&self)
        text += "</\(name)>\n"
    }

    /// Writes the style sheet, which needs no escaping because it contains no user text.
    mutating func style(_ sheet: String) {
        text += "<style>\n\(sheet)</style>\n"
    }

    private mutating func tag(_ name: String, _ attributes: Attributes) {
        text += "<\(name)"
        for (key, value) in attributes { text += " \(key)=\"\(Self.escaped(value))\"" }
    }

    /// Escapes XML's special characters and drops characters that XML 1.0 cannot represent.
    static func escaped(_ text: String) -> String {
        var result = ""
        result.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\t", "\n", "\r": result += " "
            default: if isAllowed(scalar) { result.unicodeScalars.append(scalar) }
            }
        }
        return result
    }

    /// XML 1.0, section 2.2, without the C1 control characters.
    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20..<0x7F, 0xA0...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: true
        default: false
        }
    }
}
