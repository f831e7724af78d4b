#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

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
    static func decode(_ text: String) -> [UInt8]? {
        Data(base64Encoded: text).map { Array($0) }
    }
}
