/// Base64 according to RFC 4648, section 4: the standard alphabet, with padding.
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// Appends the encoded `values`; allocates only if `bytes` grows.
    static func append(_ values: [UInt8], to bytes: inout [UInt8]) {
        var index = 0
        while index < values.count {
            let left = values.count - index
            let second = left > 1 ? values[index + 1] : 0
            let third = left > 2 ? values[index + 2] : 0
            let group = UInt32(values[index]) << 16 | UInt32(second) << 8 | UInt32(third)
            bytes.append(alphabet[Int(group >> 18 & 63)])
            bytes.append(alphabet[Int(group >> 12 & 63)])
            bytes.append(left > 1 ? alphabet[Int(group >> 6 & 63)] : UInt8(ascii: "="))
            bytes.append(left > 2 ? alphabet[Int(group & 63)] : UInt8(ascii: "="))
            index += 3
        }
    }

    /// Decodes `text`; nil if it is not valid base64.
    static func decode(_ text: String) -> [UInt8]? { decode(Array(text.utf8)[...]) }

    /// Decodes the ASCII bytes of a text; nil if they are not valid base64. O(n), with one allocation.
    static func decode(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        guard text.count % 4 == 0 else { return nil }
        let padding = text.suffix(2).reversed().prefix { $0 == UInt8(ascii: "=") }.count
        let count = text.count / 4 * 3 - padding
        let values = values
        let (bytes, isValid) = text.withUnsafeBufferPointer { text in
            var invalid: UInt8 = 0
            let bytes = [UInt8](unsafeUninitializedCapacity: count) { output, filled in
                var index = 0
                while index < text.count {
                    var group: UInt32 = 0
                    for place in index..<index + 4 {
                        // Padding counts as zeros.
                        let value = place < text.count - padding ? values[Int(text[place])] : 0
                        invalid |= value
                        group = group << 6 | UInt32(value)
                    }
                    for place in 0..<min(3, count - filled) {
                        output[filled] = UInt8(truncatingIfNeeded: group >> UInt32(16 - 8 * place))
                        filled += 1
                    }
                    index += 4
                }
            }
            return (bytes, invalid < 64)
        }
        return isValid ? bytes : nil
    }

    /// The value of each ASCII digit; 0xFF for every other byte.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 0xFF, count: 256)
        for (value, digit) in alphabet.enumerated() { values[Int(digit)] = UInt8(value) }
        return values
    }()
}
