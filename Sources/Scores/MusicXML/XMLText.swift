import Foundation

/// Converts the bytes of an XML document to UTF-8 (XML 1.0, appendix F).
enum XMLText {
    /// The document as UTF-8 without a byte order mark. UTF-16 is detected by its mark or zero bytes, Latin-1 by the
    /// declaration; anything else is treated as UTF-8.
    static func decoded(_ data: Data) -> [UInt8] {
        let bytes = [UInt8](data)
        switch (bytes.first, bytes.dropFirst().first) {
        case (0xFF, 0xFE): return wide(bytes.dropFirst(2), isBigEndian: false)
        case (0xFE, 0xFF): return wide(bytes.dropFirst(2), isBigEndian: true)
        case (0x3C, 0x00): return wide(bytes[...], isBigEndian: false)
        case (0x00, 0x3C): return wide(bytes[...], isBigEndian: true)
        default: break
        }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return Array(bytes.dropFirst(3)) }
        return isLatin1(bytes) ? latin1(bytes) : bytes
    }

    private static func wide(_ bytes: ArraySlice<UInt8>, isBigEndian: Bool) -> [UInt8] {
        let high = isBigEndian ? 0 : 1
        let units = stride(from: bytes.startIndex, to: bytes.endIndex - 1, by: 2).lazy.map { place in
            UInt16(bytes[place + high]) << 8 | UInt16(bytes[place + 1 - high])
        }
        return Array(String(decoding: Array(units), as: UTF16.self).utf8)
    }

    private static func isLatin1(_ bytes: [UInt8]) -> Bool {
        guard bytes.starts(with: Array("<?xml".utf8)) else { return false }
        let declaration = String(decoding: bytes.prefix(200).prefix { $0 != UInt8(ascii: ">") }, as: UTF8.self)
            .lowercased()
        return ["iso-8859-1", "latin1", "windows-1252", "us-ascii"].contains { declaration.contains($0) }
    }

    private static func latin1(_ bytes: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count + bytes.count / 16)
        for byte in bytes {
            if byte < 0x80 { text.append(byte) } else { text += [0xC0 | byte >> 6, 0x80 | byte & 0x3F] }
        }
        return text
    }
}
