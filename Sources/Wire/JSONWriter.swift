/// Writes JSON as UTF-8 bytes, with members in the order given.
///
/// The protocol's frequent lines (notes, levels, activations) are written without Foundation: a line costs one array
/// allocation. The writer adds commas and colons; the caller balances `begin` and `end`.
///
/// The output is always valid JSON: strings are escaped, including control characters, and a non-finite number is
/// written as 0, because JSON cannot represent it.
public struct JSONWriter: Sendable {
    /// The bytes written so far.
    public private(set) var bytes: [UInt8]
    private var needsComma = false

    /// - Parameter capacity: bytes to reserve; a note line is about 200 bytes.
    public init(capacity: Int = 256) {
        bytes = []
        bytes.reserveCapacity(capacity)
    }

    public mutating func beginObject() {
        separate()
        bytes.append(UInt8(ascii: "{"))
        needsComma = false
    }

    public mutating func endObject() {
        bytes.append(UInt8(ascii: "}"))
        needsComma = true
    }

    public mutating func beginArray() {
        separate()
        bytes.append(UInt8(ascii: "["))
        needsComma = false
    }

    public mutating func endArray() {
        bytes.append(UInt8(ascii: "]"))
        needsComma = true
    }

    /// Writes the name of an object's next member; its value must follow.
    public mutating func key(_ name: StaticString) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        name.withUTF8Buffer { bytes.append(contentsOf: $0) }
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// Writes a member name that is not a literal; its value must follow.
    public mutating func key(_ name: String) {
        string(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    public mutating func null() {
        separate()
        append("null")
        needsComma = true
    }

    public mutating func bool(_ value: Bool) {
        separate()
        append(value ? "true" : "false")
        needsComma = true
    }

    public mutating func integer(_ value: some BinaryInteger) {
        separate()
        appendDigits(of: Int64(clamping: value))
        needsComma = true
    }

    /// Writes a number rounded to `decimals` places, without trailing zeros.
    /// - Parameter decimals: 0...9.
    public mutating func number(_ value: Double, decimals: Int) {
        separate()
        needsComma = true
        let places = min(max(decimals, 0), 9)
        var scale: Int64 = 1
        for _ in 0..<places { scale *= 10 }
        let scaled = (value * Double(scale)).rounded(.toNearestOrAwayFromZero)
        guard value.isFinite, scaled.magnitude < 9e18 else { return appendUnrounded(value) }

        let fixed = Int64(scaled)
        if fixed < 0 { bytes.append(UInt8(ascii: "-")) }
        let (whole, fraction) = fixed.magnitude.quotientAndRemainder(dividingBy: scale.magnitude)
        appendDigits(of: Int64(clamping: whole))
        appendFraction(fraction, places: places)
    }

    /// Writes a number in full precision: the shortest text that parses to the same value.
    public mutating func number(_ value: Double) {
        separate()
        needsComma = true
        appendUnrounded(value)
    }

    /// Writes a number that is JSON already.
    mutating func number(text: String) {
        separate()
        needsComma = true
        bytes.append(contentsOf: text.utf8)
    }

    public mutating func string(_ value: String) {
        separate()
        needsComma = true
        bytes.append(UInt8(ascii: "\""))
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: "\""): append("\\\"")
            case UInt8(ascii: "\\"): append("\\\\")
            case UInt8(ascii: "\n"): append("\\n")
            case UInt8(ascii: "\r"): append("\\r")
            case UInt8(ascii: "\t"): append("\\t")
            case 0..<0x20, 0x7F:
                append("\\u00")
                bytes.append(Self.hexadecimal(byte >> 4))
                bytes.append(Self.hexadecimal(byte & 15))
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Writes the bytes as base64 text with padding.
    public mutating func base64(_ values: [UInt8]) {
        separate()
        needsComma = true
        bytes.append(UInt8(ascii: "\""))
        Base64.append(values, to: &bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    /// Ends the line.
    public mutating func newline() {
        bytes.append(UInt8(ascii: "\n"))
        needsComma = false
    }
}

extension JSONWriter {
    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
    }

    private mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    private static func hexadecimal(_ nibble: UInt8) -> UInt8 {
        nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10
    }

    private mutating func appendDigits(of value: Int64) {
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        var rest = value.magnitude
        let first = bytes.count
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        } while rest > 0
        bytes[first...].reverse()
    }

    private mutating func appendFraction(_ fraction: UInt64, places: Int) {
        guard fraction > 0 else { return }
        var (rest, digits) = (fraction, places)
        while rest % 10 == 0 {
            rest /= 10
            digits -= 1
        }
        bytes.append(UInt8(ascii: "."))
        let first = bytes.count
        for _ in 0..<digits {
            bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        }
        bytes[first...].reverse()
    }

    private mutating func appendUnrounded(_ value: Double) {
        bytes.append(contentsOf: (value.isFinite ? value.description : "0").utf8)
    }
}
