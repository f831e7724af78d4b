/// Finds keys that are lists or mappings, and deeply nested brackets.
///
/// YAML allows both, a configuration needs neither, and Yams compares such keys in time that doubles with every level
/// of nesting: a file of 900 bytes would need minutes.
enum KeyNesting {
    /// The maximum depth of brackets and braces.
    private static let maximumDepth = 8

    /// The first line that has one, 1-based, and what to do; nil if none has. O(n), before the text is parsed.
    static func excess(in text: String) -> (line: Int, reason: String)? {
        var depth = 0
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (index, line) in lines.enumerated() {
            let content = line.drop { $0 == " " }
            if content.first == "#" { continue }
            if isComplexKey(content) {
                return (index + 1, "'?' introduces a key that is more than a name; write 'key: value'")
            }
            for character in content.utf8 {
                switch character {
                case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
                case UInt8(ascii: "]"), UInt8(ascii: "}"): depth = max(0, depth - 1)
                default: break
                }
                if depth > maximumDepth { return (index + 1, "more than \(maximumDepth) nested brackets") }
            }
        }
        return nil
    }

    /// Whether a line begins with the indicator "?", perhaps as an item of a list.
    private static func isComplexKey(_ line: Substring) -> Bool {
        var rest = line
        while let indicator = rest.first {
            if let next = rest.dropFirst().first, next != " ", next != "\t" { return false }
            if indicator == "?" { return true }
            guard indicator == "-" || indicator == ":" else { return false }
            rest = rest.dropFirst().drop { $0 == " " || $0 == "\t" }
        }
        return false
    }
}
