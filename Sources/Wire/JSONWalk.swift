/// Walks over the values in one container of a JSON text that has been checked: the elements of an array, or the keys
/// and values of an object in turn. Values are skipped without being read.
struct JSONWalk {
    private let text: UnsafeBufferPointer<UInt8>
    private var index: Int

    /// - Parameter start: the index after the container's opening bracket.
    init(_ text: UnsafeBufferPointer<UInt8>, from start: Int) {
        self.text = text
        index = start
    }

    /// The bounds of the next value; nil at the end of the container.
    mutating func nextValue() -> Range<Int>? {
        while index < text.count, Self.isSeparator(text[index]) { index += 1 }
        guard index < text.count, !Self.isEnd(text[index]) else { return nil }
        let start = index
        skipValue()
        return start..<index
    }

    private mutating func skipValue() {
        var depth = 0
        repeat {
            switch text[index] {
            case UInt8(ascii: "\""): skipString()
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                index += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                index += 1
            case let byte where Self.isSeparator(byte): index += 1
            default: skipWord()
            }
        } while depth > 0 && index < text.count
    }

    private mutating func skipString() {
        index += 1
        while index < text.count, text[index] != UInt8(ascii: "\"") {
            index += text[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        index += 1
    }

    /// Skips a number, `true`, `false` or `null`.
    private mutating func skipWord() {
        while index < text.count, !Self.isSeparator(text[index]), !Self.isEnd(text[index]) { index += 1 }
    }

    private static func isEnd(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]") }

    private static func isSeparator(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: ","), UInt8(ascii: ":"), 0x20, 0x0A, 0x0D, 0x09: true
        default: false
        }
    }
}
