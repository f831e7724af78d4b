import Foundation

/// A 64-bit FNV-1a hash for detecting changed files. Not secure against forgery.
public struct ContentHash: Sendable {
    private var state: UInt64 = 0xcbf2_9ce4_8422_2325

    public init() {}

    /// Adds bytes.
    public mutating func add(_ data: Data) {
        data.withUnsafeBytes { bytes in
            for byte in bytes { state = (state ^ UInt64(byte)) &* 0x100_0000_01b3 }
        }
    }

    /// Adds a text and a terminator, so that "a" followed by "b" differs from "ab".
    public mutating func add(_ text: String) {
        add(Data(text.utf8))
        add(Data([0]))
    }

    /// 16 hexadecimal digits.
    public var text: String {
        let digits = String(state, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// The hash of a file's content; nil if the file cannot be read.
    public static func ofFile(_ path: String) -> String? {
        guard let data = try? Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe) else { return nil }
        var hash = ContentHash()
        hash.add(data)
        return hash.text
    }
}
