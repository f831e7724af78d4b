import CMessageDigest
import Foundation

/// MD5 and SHA-256 of files as lower-case hexadecimal digits, for detecting damage.
enum FileDigest: String, Sendable {
    case md5 = "MD5"
    case sha256 = "SHA256"

    /// The number of hexadecimal digits.
    var digits: Int { self == .md5 ? 32 : 64 }

    /// The digest of a file, read in chunks.
    ///
    /// - Throws: ``DatasetError/unreadable(path:reason:)``.
    func digest(path: String) throws(DatasetError) -> String {
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw .unreadable(path: path, reason: "the file does not exist or is not readable")
        }
        defer { try? handle.close() }
        do {
            return try digest { try handle.read(upToCount: 1 << 20) }
        } catch {
            throw .unreadable(path: path, reason: error.localizedDescription)
        }
    }

    /// The digest of the chunks that `next` returns until it returns nil or an empty one.
    func digest(of next: () throws -> Data?) rethrows -> String {
        switch self {
        case .md5:
            var context = MD5_CTX()
            MD5Init(&context)
            while let piece = try next(), !piece.isEmpty {
                piece.withUnsafeBytes { MD5Update(&context, $0.baseAddress, $0.count) }
            }
            var bytes = [UInt8](repeating: 0, count: digits / 2)
            MD5Final(&bytes, &context)
            return Self.hexadecimal(bytes)
        case .sha256:
            var context = SHA2_CTX()
            SHA256Init(&context)
            while let piece = try next(), !piece.isEmpty {
                piece.withUnsafeBytes { SHA256Update(&context, $0.baseAddress, $0.count) }
            }
            var bytes = [UInt8](repeating: 0, count: digits / 2)
            SHA256Final(&bytes, &context)
            return Self.hexadecimal(bytes)
        }
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
