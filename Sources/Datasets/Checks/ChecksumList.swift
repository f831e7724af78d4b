import Foundation

/// A checksum file in the formats of coreutils' md5sum and sha256sum: `DIGEST  NAME`, `DIGEST *NAME`, or with --tag
/// `MD5 (NAME) = DIGEST`. Names are relative to the folder of the list. After a leading backslash, `\n`, `\r` and `\\`
/// in the name are escapes. The length of the digest tells MD5 from SHA-256.
struct ChecksumList {
    struct Line: Sendable, Equatable {
        var digest: FileDigest
        /// Lower-case hexadecimal digits.
        var value: String
        /// As written in the list.
        var name: String
        /// The absolute path of the file.
        var path: String
    }

    let lines: [Line]

    /// Reads a list. Empty lines and lines that start with # are skipped.
    ///
    /// - Throws: ``DatasetError/unreadable(path:reason:)``, or ``DatasetError/badChecksums(path:reason:)`` if a line is
    ///   invalid or there is none.
    init(path: String) throws(DatasetError) {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw .unreadable(path: path, reason: "the file does not exist or is not readable")
        }
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
        try self.init(text: String(decoding: data, as: UTF8.self), path: path, folder: folder)
    }

    init(text: String, path: String, folder: URL) throws(DatasetError) {
        var lines: [Line] = []
        // Split bytes, not characters: Swift treats a carriage return and a line feed as one character.
        for (index, bytes) in text.utf8.split(separator: 10, omittingEmptySubsequences: false).enumerated() {
            let row = Substring(bytes.last == 13 ? bytes.dropLast() : bytes)
            if row.allSatisfy(\.isWhitespace) || row.first == "#" { continue }
            guard let (value, name) = Self.tagged(row) ?? Self.plain(row),
                let digest = [FileDigest.md5, .sha256].first(where: { $0.digits == value.utf8.count }),
                value.allSatisfy(\.isHexDigit)
            else {
                let reason = "line \(index + 1) is not an MD5 or SHA-256 checksum in the format of md5sum or sha256sum"
                throw .badChecksums(path: path, reason: reason)
            }
            let file = name.hasPrefix("/") ? URL(fileURLWithPath: name) : folder.appendingPathComponent(name)
            lines.append(
                Line(digest: digest, value: value.lowercased(), name: name, path: file.standardizedFileURL.path))
        }
        guard !lines.isEmpty else { throw .badChecksums(path: path, reason: "it contains no checksums") }
        self.lines = lines
    }

    private static func plain(_ row: Substring) -> (String, String)? {
        let isEscaped = row.first == "\\"
        let rest = isEscaped ? row.dropFirst() : row
        guard let space = rest.firstIndex(of: " ") else { return nil }
        let name = rest[rest.index(after: space)...]
        guard let mark = name.first, mark == " " || mark == "*", name.count > 1 else { return nil }
        return (String(rest[..<space]), unescaped(name.dropFirst(), isEscaped))
    }

    private static func tagged(_ row: Substring) -> (String, String)? {
        let isEscaped = row.first == "\\"
        let rest = isEscaped ? row.dropFirst() : row
        guard let open = rest.range(of: " ("), let close = rest.range(of: ") = ", options: .backwards),
            open.upperBound < close.lowerBound, ["MD5", "SHA256"].contains(rest[..<open.lowerBound])
        else { return nil }
        return (String(rest[close.upperBound...]), unescaped(rest[open.upperBound..<close.lowerBound], isEscaped))
    }

    private static func unescaped(_ name: Substring, _ isEscaped: Bool) -> String {
        guard isEscaped else { return String(name) }
        var result = ""
        var isAfterBackslash = false
        for character in name {
            if isAfterBackslash {
                result.append(character == "n" ? "\n" : character == "r" ? "\r" : character)
                isAfterBackslash = false
            } else if character == "\\" {
                isAfterBackslash = true
            } else {
                result.append(character)
            }
        }
        return result
    }

    /// The checksum lists in a folder and in MusicNet's four subfolders: MD5SUMS, SHA256SUMS, `*.md5` and `*.sha256`.
    static func find(in folder: String) -> [String] {
        let parts = DatasetListing.Part.allCases.flatMap { ["\($0)_data", "\($0)_labels"] }
        return ([""] + parts).flatMap { part in
            let path = part.isEmpty ? folder : folder + "/" + part
            let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
            return names.filter { name in
                let extensions = ["md5", "sha256"]
                return ["MD5SUMS", "SHA256SUMS"].contains(name)
                    || extensions.contains((name as NSString).pathExtension.lowercased()) && !name.hasPrefix(".")
            }.sorted().map { path + "/" + $0 }
        }
    }
}
