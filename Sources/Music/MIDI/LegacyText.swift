import Glibc

/// Text whose encoding is not given, as in MIDI files.
enum LegacyText {
    /// Decodes UTF-8; otherwise Shift-JIS if the text is valid in it and unlikely in Latin-1; otherwise Latin-1.
    static func decode(_ bytes: ArraySlice<UInt8>) -> String {
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        // Japanese text has bytes that are control characters in Latin-1: all kana and most kanji begin with one.
        if bytes.contains(where: { (0x81...0x9F).contains($0) }), let text = shiftJIS(bytes) { return text }
        return String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
    }

    /// Nil if it is invalid, or if the system's library does not know the encoding.
    private static func shiftJIS(_ bytes: ArraySlice<UInt8>) -> String? {
        let converter = iconv_open("UTF-8", "CP932")
        guard let converter, Int(bitPattern: converter) != -1 else { return nil }
        defer { iconv_close(converter) }
        var input = bytes.map { CChar(bitPattern: $0) }
        // Two bytes of Shift-JIS become at most three of UTF-8, and half-width kana of one byte become three.
        var output = [CChar](repeating: 0, count: 3 * input.count + 1)
        let used = input.withUnsafeMutableBufferPointer { source in
            output.withUnsafeMutableBufferPointer { target in
                var (from, fromLeft) = (source.baseAddress, source.count)
                var (to, toLeft) = (target.baseAddress, target.count)
                let result = iconv(converter, &from, &fromLeft, &to, &toLeft)
                return result == -1 || fromLeft > 0 ? nil : target.count - toLeft
            }
        }
        guard let used else { return nil }
        return String(validating: output.prefix(used).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
