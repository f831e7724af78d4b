/// Puts SVG elements one after another; attribute values and text are escaped here and nowhere else.
struct SVGWriter {
    typealias Attributes = KeyValuePairs<String, String>

    private(set) var text = ""

    /// An element without children.
    mutating func element(_ name: String, _ attributes: Attributes) {
        tag(name, attributes)
        text += "/>\n"
    }

    /// An element that holds text.
    mutating func element(_ name: String, _ attributes: Attributes, content: String) {
        tag(name, attributes)
        text += ">\(Self.escaped(content))</\(name)>\n"
    }

    /// An element whose children `body` writes.
    mutating func group(_ name: String, _ attributes: Attributes, _ body: (inout SVGWriter) -> Void) {
        tag(name, attributes)
        text += ">\n"
        body(&self)
        text += "</\(name)>\n"
    }

    /// The style sheet: our own text, which needs no escaping.
    mutating func style(_ sheet: String) {
        text += "<style>\n\(sheet)</style>\n"
    }

    private mutating func tag(_ name: String, _ attributes: Attributes) {
        text += "<\(name)"
        for (key, value) in attributes { text += " \(key)=\"\(Self.escaped(value))\"" }
    }

    /// `text` with XML's special characters replaced, and those left out that XML 1.0 can't hold at all.
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

    /// XML 1.0, section 2.2, less the control characters of C1, which no one wants to see.
    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20..<0x7F, 0xA0...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: true
        default: false
        }
    }
}
