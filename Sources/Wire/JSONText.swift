/// The text of one JSON value that has been checked against the grammar.
///
/// Values are read where they are needed and as what they should be. What nobody asks for is skipped, so unknown
/// members cost no memory. A number keeps its exact text.
struct JSONText {
    /// The whole text, which all values share.
    private let bytes: [UInt8]
    private let range: Range<Int>

    private init(bytes: [UInt8], range: Range<Int>) {
        self.bytes = bytes
        self.range = range
    }

    /// Checks a whole text, which must be UTF-8. Nil if it is not one JSON value, or nests more than
    /// ``JSONGrammar/depthLimit`` levels deep.
    init?(_ bytes: [UInt8]) {
        guard let range = bytes.withUnsafeBufferPointer({ JSONGrammar.value(in: $0) }) else { return nil }
        self.init(bytes: bytes, range: range)
    }

    /// The length of the text in bytes.
    var count: Int { range.count }

    private var first: UInt8 { bytes[range.lowerBound] }

    var isNull: Bool { first == UInt8(ascii: "n") }

    /// The text of a number as it was written; nil for anything else.
    var number: String? {
        guard first == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else { return nil }
        return String(decoding: bytes[range], as: UTF8.self)
    }

    /// A number without a fraction that fits an Int.
    var integer: Int? {
        guard let number else { return nil }
        return Int(number) ?? Double(number).flatMap { Int(exactly: $0) }
    }

    /// A number that a Double can represent approximately; nil for one beyond its range.
    var double: Double? {
        guard let number, let value = Double(number), value.isFinite else { return nil }
        return value
    }

    var string: String? { stringBytes.map { String(decoding: $0, as: UTF8.self) } }

    /// The UTF-8 of a string's value, without a copy unless it contains escape sequences.
    var stringBytes: ArraySlice<UInt8>? {
        guard first == UInt8(ascii: "\"") else { return nil }
        let content = bytes[range.lowerBound + 1..<range.upperBound - 1]
        return content.contains(UInt8(ascii: "\\")) ? Self.unescape(content)[...] : content
    }

    /// The elements of an array of strings; nil for anything else.
    var strings: [String]? {
        guard first == UInt8(ascii: "[") else { return nil }
        var strings: [String] = []
        var isUniform = true
        bytes.withUnsafeBufferPointer { text in
            var walk = JSONWalk(text, from: range.lowerBound + 1)
            while isUniform, let element = walk.nextValue() {
                if let string = JSONText(bytes: bytes, range: element).string {
                    strings.append(string)
                } else {
                    isUniform = false
                }
            }
        }
        return isUniform ? strings : nil
    }

    /// The members of an object whose names are raw values of `Name`; nil if this is not an object. If a name occurs
    /// more than once, the last value counts.
    func members<Name: RawRepresentable<String> & Hashable>(_: Name.Type) -> [Name: JSONText]? {
        guard first == UInt8(ascii: "{") else { return nil }
        var members: [Name: JSONText] = [:]
        bytes.withUnsafeBufferPointer { text in
            var walk = JSONWalk(text, from: range.lowerBound + 1)
            while let key = walk.nextValue(), let value = walk.nextValue() {
                guard let string = JSONText(bytes: bytes, range: key).string, let name = Name(rawValue: string) else {
                    continue
                }
                members[name] = JSONText(bytes: bytes, range: value)
            }
        }
        return members
    }

    private static func unescape(_ content: ArraySlice<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(content.count)
        var rest = content
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\"), let kind = rest.popFirst() else {
                result.append(byte)
                continue
            }
            switch kind {
            case UInt8(ascii: "b"): result.append(0x08)
            case UInt8(ascii: "f"): result.append(0x0C)
            case UInt8(ascii: "n"): result.append(0x0A)
            case UInt8(ascii: "r"): result.append(0x0D)
            case UInt8(ascii: "t"): result.append(0x09)
            case UInt8(ascii: "u"): result.append(contentsOf: character(&rest))
            default: result.append(kind)
            }
        }
        return result
    }

    /// Takes the digits after `\u`, and the second half of a surrogate pair. The grammar has checked both.
    private static func character(_ rest: inout ArraySlice<UInt8>) -> [UInt8] {
        func unit() -> UInt32 {
            defer { rest = rest.dropFirst(4) }
            return rest.prefix(4).reduce(0) { $0 << 4 | UInt32(hexadecimalDigit($1) ?? 0) }
        }
        var code = unit()
        if UTF16.isLeadSurrogate(UInt16(truncatingIfNeeded: code)) {
            rest = rest.dropFirst(2)
            code = 0x10000 + (code & 0x3FF) << 10 + unit() & 0x3FF
        }
        return Array(String(UnicodeScalar(code) ?? "\u{FFFD}").utf8)
    }
}
