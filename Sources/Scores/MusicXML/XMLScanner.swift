/// Splits an XML document into tags and text, as far as it is well-formed.
///
/// It replaces Foundation's XMLParser, which traps on some damaged documents (found by fuzzing with Swift 6.3 on
/// Linux). It supports no external files, and only XML's five predefined entities and character references, so that
/// neither can be exploited.
struct XMLScanner {
    enum Token: Equatable {
        /// The start of an element. If `isEmpty`, the element also ends here, and no `.end` follows.
        case start(name: String, attributes: [String: String], isEmpty: Bool)
        case end(name: String)
        case text(String)
        /// The end of the document.
        case finished
        /// The rest cannot be parsed.
        case damaged
    }

    private let bytes: [UInt8]
    private var position = 0

    /// - Parameter bytes: the document as UTF-8.
    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The current line, counted from 1.
    var line: Int { 1 + bytes[..<min(position, bytes.count)].reduce(0) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) } }

    /// The next token. O(n) in its length.
    ///
    /// - Parameter isSkimming: whether to omit the content of text and attributes, for elements that are skipped.
    mutating func next(isSkimming: Bool = false) -> Token {
        while position < bytes.count {
            guard bytes[position] == UInt8(ascii: "<") else { return text(isSkimming: isSkimming) }
            switch byte(1) {
            case UInt8(ascii: "/"): return endTag()
            case UInt8(ascii: "?"): guard skip(past: "?>") else { return .damaged }
            case UInt8(ascii: "!"):
                if follows("<!--") {
                    position += 4
                    guard skip(past: "-->") else { return .damaged }
                } else if follows("<![CDATA[") {
                    let start = position + 9
                    position = start
                    guard skip(past: "]]>") else { return .damaged }
                    return .text(String(decoding: bytes[start..<position - 3], as: UTF8.self))
                } else {
                    guard skipDeclaration() else { return .damaged }
                }
            default: return startTag(isSkimming: isSkimming)
            }
        }
        return .finished
    }

    // MARK: Tags

    private mutating func startTag(isSkimming: Bool) -> Token {
        position += 1
        guard let name = name() else { return .damaged }
        var attributes: [String: String] = [:]
        while true {
            skipSpace()
            switch byte(0) {
            case UInt8(ascii: ">"):
                position += 1
                return .start(name: name, attributes: attributes, isEmpty: false)
            case UInt8(ascii: "/"):
                guard byte(1) == UInt8(ascii: ">") else { return .damaged }
                position += 2
                return .start(name: name, attributes: attributes, isEmpty: true)
            default:
                guard let key = self.name() else { return .damaged }
                skipSpace()
                guard byte(0) == UInt8(ascii: "=") else { return .damaged }
                position += 1
                skipSpace()
                guard let quote = byte(0), quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
                    return .damaged
                }
                let start = position + 1
                guard let end = bytes[start...].firstIndex(of: quote) else { return .damaged }
                if !isSkimming { attributes[key] = Self.resolved(bytes[start..<end]) }
                position = end + 1
            }
        }
    }

    private mutating func endTag() -> Token {
        position += 2
        guard let name = name() else { return .damaged }
        skipSpace()
        guard byte(0) == UInt8(ascii: ">") else { return .damaged }
        position += 1
        return .end(name: name)
    }

    /// A name without its namespace prefix.
    private mutating func name() -> String? {
        var start = position
        while position < bytes.count, Self.isNamePart[Int(bytes[position])] {
            if bytes[position] == UInt8(ascii: ":") { start = position + 1 }
            position += 1
        }
        return position > start ? String(decoding: bytes[start..<position], as: UTF8.self) : nil
    }

    /// Letters, digits, "-", ".", "_", ":" and all non-ASCII characters.
    private static let isNamePart: [Bool] = (0..<256).map { code in
        code >= 0x80 || UInt8(code) == UInt8(ascii: "_") || (0x2D...0x2E).contains(code) || (0x30...0x3A).contains(code)
            || (0x41...0x5A).contains(code) || (0x61...0x7A).contains(code)
    }

    // MARK: Text

    private mutating func text(isSkimming: Bool) -> Token {
        let start = position
        position = bytes[start...].firstIndex(of: UInt8(ascii: "<")) ?? bytes.count
        return .text(isSkimming ? "" : Self.resolved(bytes[start..<position]))
    }

    /// Replaces character references and predefined entities; other entities are kept as they are.
    private static func resolved(_ bytes: ArraySlice<UInt8>) -> String {
        let text = String(decoding: bytes, as: UTF8.self)
        guard bytes.contains(UInt8(ascii: "&")) else { return text }
        var result = ""
        var rest = text[...]
        while let start = rest.firstIndex(of: "&") {
            result += rest[..<start]
            rest = rest[start...]
            guard let end = rest.prefix(12).firstIndex(of: ";"),
                let character = character(rest[rest.index(after: start)..<end])
            else {
                result.append("&")
                rest = rest.dropFirst()
                continue
            }
            result.append(character)
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }

    private static func character(_ name: Substring) -> Character? {
        if let known = entities[name] { return known }
        guard name.hasPrefix("#") else { return nil }
        let digits = name.dropFirst()
        let code = digits.hasPrefix("x") ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
        return code.flatMap(Unicode.Scalar.init).map(Character.init)
    }

    private static let entities: [Substring: Character] = ["amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'"]

    // MARK: Skipped content

    /// Skips a document type declaration, including its internal subset.
    private mutating func skipDeclaration() -> Bool {
        var depth = 0
        var isWithin = false
        while let byte = byte(0) {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                guard let end = bytes[(position + 1)...].firstIndex(of: byte) else { return false }
                position = end
            case UInt8(ascii: "["): isWithin = true
            case UInt8(ascii: "]"): isWithin = false
            case UInt8(ascii: "<"):
                if follows("<!--") {
                    guard skip(past: "-->") else { return false }
                    continue
                }
                depth += 1
            case UInt8(ascii: ">"):
                depth -= 1
                if depth <= 0, !isWithin {
                    position += 1
                    return true
                }
            default: break
            }
            position += 1
        }
        return false
    }

    private mutating func skipSpace() {
        while let byte = byte(0), byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    private mutating func skip(past mark: StaticString) -> Bool {
        while position < bytes.count {
            if follows(mark) {
                position += mark.utf8CodeUnitCount
                return true
            }
            position += 1
        }
        return false
    }

    private func byte(_ offset: Int) -> UInt8? {
        position + offset < bytes.count ? bytes[position + offset] : nil
    }

    private func follows(_ mark: StaticString) -> Bool {
        mark.withUTF8Buffer { mark in
            guard position + mark.count <= bytes.count else { return false }
            for index in mark.indices where bytes[position + index] != mark[index] { return false }
            return true
        }
    }
}
