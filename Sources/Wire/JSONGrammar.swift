/// The grammar of JSON. Source: RFC 8259.
///
/// Written for untrusted text of megabytes: one pass over the bytes, no recursion, and no allocation beyond one element
/// per open container. Whether the text is UTF-8 is not checked.
struct JSONGrammar {
    /// The deepest nesting that is accepted.
    static let depthLimit = 512

    private let text: UnsafeBufferPointer<UInt8>
    private var index = 0
    /// The open containers, outermost first: true for an object, false for an array.
    private var containers: [Bool] = []

    /// The bounds of the one value that `text` consists of, without the space around it; nil if `text` is not JSON or
    /// nests too deeply.
    static func value(in text: UnsafeBufferPointer<UInt8>) -> Range<Int>? {
        var grammar = JSONGrammar(text: text)
        grammar.skipSpace()
        let start = grammar.index
        guard grammar.readValue() else { return nil }
        let end = grammar.index
        grammar.skipSpace()
        return grammar.index == text.count ? start..<end : nil
    }

    private init(text: UnsafeBufferPointer<UInt8>) { self.text = text }

    private var byte: UInt8? { index < text.count ? text[index] : nil }

    private mutating func readValue() -> Bool {
        while true {
            skipSpace()
            guard let isComplete = beginValue() else { return false }
            guard isComplete else { continue }
            guard let hasNext = endContainers() else { return false }
            if !hasNext { return true }
        }
    }

    /// Reads a value, or the start of a container up to its first value.
    ///
    /// - Returns: whether the value is complete; nil if it is invalid.
    private mutating func beginValue() -> Bool? {
        switch byte {
        case UInt8(ascii: "{"):
            guard open(object: true) else { return nil }
            if take(UInt8(ascii: "}")) { return close() }
            return readKey() ? false : nil
        case UInt8(ascii: "["):
            guard open(object: false) else { return nil }
            return take(UInt8(ascii: "]")) ? close() : false
        case UInt8(ascii: "\""): return readString() ? true : nil
        case UInt8(ascii: "t"): return readWord("true") ? true : nil
        case UInt8(ascii: "f"): return readWord("false") ? true : nil
        case UInt8(ascii: "n"): return readWord("null") ? true : nil
        default: return readNumber() ? true : nil
        }
    }

    /// Reads what follows a complete value: the ends of containers, or a comma and the next key.
    ///
    /// - Returns: whether another value follows; nil if the text is invalid.
    private mutating func endContainers() -> Bool? {
        while let isObject = containers.last {
            skipSpace()
            if take(UInt8(ascii: ",")) {
                skipSpace()
                return !isObject || readKey() ? true : nil
            }
            guard take(UInt8(ascii: isObject ? "}" : "]")) else { return nil }
            containers.removeLast()
        }
        return false
    }

    private mutating func open(object: Bool) -> Bool {
        guard containers.count < Self.depthLimit else { return false }
        containers.append(object)
        index += 1
        skipSpace()
        return true
    }

    private mutating func close() -> Bool {
        containers.removeLast()
        return true
    }

    private mutating func take(_ expected: UInt8) -> Bool {
        guard byte == expected else { return false }
        index += 1
        return true
    }

    private mutating func skipSpace() {
        while let byte, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { index += 1 }
    }

    private mutating func readKey() -> Bool {
        guard readString() else { return false }
        skipSpace()
        return take(UInt8(ascii: ":"))
    }

    private mutating func readWord(_ word: StaticString) -> Bool {
        word.withUTF8Buffer { word in
            guard text.count - index >= word.count, text[index..<index + word.count].elementsEqual(word) else {
                return false
            }
            index += word.count
            return true
        }
    }

    private mutating func readNumber() -> Bool {
        _ = take(UInt8(ascii: "-"))
        // No digit follows a leading zero.
        guard take(UInt8(ascii: "0")) || readDigits() else { return false }
        if take(UInt8(ascii: ".")), !readDigits() { return false }
        guard take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) else { return true }
        _ = take(UInt8(ascii: "+")) || take(UInt8(ascii: "-"))
        return readDigits()
    }

    private mutating func readDigits() -> Bool {
        let start = index
        while let byte, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { index += 1 }
        return index > start
    }

    private mutating func readString() -> Bool {
        guard take(UInt8(ascii: "\"")) else { return false }
        while index < text.count {
            let byte = text[index]
            index += 1
            if byte == UInt8(ascii: "\"") { return true }
            if byte < 0x20 { return false }
            if byte == UInt8(ascii: "\\"), !readEscape() { return false }
        }
        return false
    }

    /// Reads an escape sequence after its backslash. Surrogates must form a pair: alone they are not a character.
    private mutating func readEscape() -> Bool {
        guard let kind = byte else { return false }
        index += 1
        switch kind {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return true
        case UInt8(ascii: "u"):
            guard let unit = readHexadecimal() else { return false }
            if UTF16.isTrailSurrogate(unit) { return false }
            guard UTF16.isLeadSurrogate(unit) else { return true }
            guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")), let next = readHexadecimal() else { return false }
            return UTF16.isTrailSurrogate(next)
        default: return false
        }
    }

    private mutating func readHexadecimal() -> UInt16? {
        guard text.count - index >= 4 else { return nil }
        var unit: UInt16 = 0
        for byte in text[index..<index + 4] {
            guard let digit = hexadecimalDigit(byte) else { return nil }
            unit = unit << 4 | digit
        }
        index += 4
        return unit
    }
}

/// The value of a hexadecimal digit in ASCII; nil for anything else.
func hexadecimalDigit(_ byte: UInt8) -> UInt16? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt16(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt16(byte - UInt8(ascii: "a") + 10)
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt16(byte - UInt8(ascii: "A") + 10)
    default: nil
    }
}
