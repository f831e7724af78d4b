import CArchive
import Foundation

/// Compressed MusicXML: a ZIP archive whose META-INF/container.xml names the score (MusicXML 4.0, "Compressed .mxl
/// files").
enum CompressedScore {
    /// The maximum size of an unpacked score: ten times the largest known one.
    static let sizeLimit = 512 << 20
    /// The maximum number of archive entries to examine.
    private static let entryLimit = 10_000

    /// Unpacks the score.
    ///
    /// - Throws: `ScoreError.badScore` if the archive is damaged, has no score, or the score exceeds ``sizeLimit``.
    static func unpack(_ data: Data, name: String) throws(ScoreError) -> Data {
        let listing = try entry(of: data, name: name) { $0 == "META-INF/container.xml" }
        if let container = listing.content, let path = rootFile(container) {
            if let score = try entry(of: data, name: name, where: { $0 == path }).content { return score }
        }
        // If the container is missing or wrong, use the first file whose name looks like a score.
        let found = try entry(of: data, name: name) { path in
            let path = path.lowercased()
            return !path.hasPrefix("meta-inf/") && !path.contains("__macosx")
                && (path.hasSuffix(".musicxml") || path.hasSuffix(".xml"))
        }
        if let score = found.content { return score }
        throw .badScore(name: name, reason: explanation(found.names))
    }

    private static func explanation(_ names: [String]) -> String {
        if names.contains(where: { $0.hasSuffix(".mscx") }) {
            return "it is a MuseScore document, which is converted from a file only: load it by its path"
        }
        if names.contains(where: { $0.hasSuffix("score.gpif") }) {
            return "it is a Guitar Pro document: export it as MusicXML"
        }
        if names.contains("mimetype") || names.contains("[Content_Types].xml") {
            return "it is an office document, not a score"
        }
        return "the archive contains no MusicXML"
    }

    /// The path of the first MusicXML file that a container lists.
    private static func rootFile(_ container: Data) -> String? {
        let collector = XMLNodeReader(collecting: ["rootfile"])
        _ = collector.parse(container)
        let files = collector.nodes.filter { $0.attributes["full-path"]?.isEmpty == false }
        let score = files.first { file in
            let type = file.attributes["media-type"]
            return type == nil || type == "application/vnd.recordare.musicxml+xml"
        }
        return (score ?? files.first)?.attributes["full-path"]
    }

    /// The content of the first entry whose path satisfies the condition, and the paths examined.
    private static func entry(
        of data: Data, name: String, where matches: (String) -> Bool
    ) throws(ScoreError) -> (content: Data?, names: [String]) {
        guard let archive = archive_read_new() else {
            throw .badScore(name: name, reason: "not enough memory to unpack it")
        }
        defer { archive_read_free(archive) }
        archive_read_support_format_zip(archive)
        var names: [String] = []
        let result: Result<Data?, Failure> = data.withUnsafeBytes { bytes in
            guard archive_read_open_memory(archive, bytes.baseAddress, bytes.count) == ARCHIVE_OK else {
                return .failure(.damaged(message(archive)))
            }
            var entry: OpaquePointer?
            while names.count < entryLimit {
                let status = archive_read_next_header(archive, &entry)
                if status == ARCHIVE_EOF { return .success(nil) }
                guard status >= ARCHIVE_WARN, let entry else { return .failure(.damaged(message(archive))) }
                guard let path = archive_entry_pathname_utf8(entry) ?? archive_entry_pathname(entry) else { continue }
                names.append(String(cString: path))
                if matches(names[names.count - 1]) { return content(archive) }
            }
            return .success(nil)
        }
        switch result {
        case .success(let content): return (content, names)
        case .failure(.tooLarge):
            throw .badScore(name: name, reason: "it unpacks to more than \(sizeLimit >> 20) MB")
        case .failure(.damaged(let reason)):
            throw .badScore(name: name, reason: "the archive is damaged (\(reason))")
        }
    }

    private enum Failure: Error {
        case damaged(String)
        case tooLarge
    }

    private static func content(_ archive: OpaquePointer) -> Result<Data?, Failure> {
        var content = Data()
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = archive_read_data(archive, &buffer, buffer.count)
            // Data unpacked before the damage may still be usable.
            if count < 0 { return content.isEmpty ? .failure(.damaged(message(archive))) : .success(content) }
            if count == 0 { return .success(content) }
            guard content.count + count <= sizeLimit else { return .failure(.tooLarge) }
            content.append(contentsOf: buffer[0..<count])
        }
    }

    private static func message(_ archive: OpaquePointer) -> String {
        archive_error_string(archive).map { String(cString: $0) } ?? "unknown reason"
    }
}
