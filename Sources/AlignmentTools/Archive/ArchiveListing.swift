import Alignment
import Datasets
import Foundation

/// The pairs of scores and recordings in a folder or a list. Files are not opened; only their names are used.
public struct ArchiveListing: Sendable, Equatable {
    /// In order of preference for pieces with several scores.
    public static let scoreExtensions = ["musicxml", "mxl", "xml", "krn", "mid", "midi"]
    private static let maximumDepth = 16

    /// Sorted by name.
    public var pairs: [ArchivePair]
    /// Paths of the scores and recordings without a partner, sorted.
    public var alone: [String]

    /// Searches a folder recursively for folders with `score.*` and `audio.*`, and for `NAME.mid` (or `.musicxml`,
    /// `.mxl`, `.krn` ...) beside `NAME.wav` (or `.flac`, `.mp3`, `.ogg` ...).
    ///
    /// - Parameter excluded: a folder to skip, such as the output folder.
    /// - Throws: `AlignmentError.unreadable`, `.noPairs`.
    public init(folder: String, excluding excluded: String? = nil) throws(AlignmentError) {
        (pairs, alone) = ([], [])
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isDirectory) else {
            throw .unreadable(path: folder, reason: "there is no such folder")
        }
        guard isDirectory.boolValue else { throw .unreadable(path: folder, reason: "it is a file") }
        try walk(folder, below: "", excluded: excluded.map(Self.standard), depth: 0)
        guard !pairs.isEmpty else { throw .noPairs(path: folder) }
        finish()
    }

    /// Reads a CSV file whose rows name a score, a recording and, optionally, the pair. Paths are relative to the
    /// list's folder. A header row, whose first column is `score`, is skipped.
    ///
    /// - Throws: `AlignmentError.unreadable`, `.badList`, `.noPairs`.
    public init(list: String) throws(AlignmentError) {
        (pairs, alone) = ([], [])
        guard let data = FileManager.default.contents(atPath: list) else {
            throw .unreadable(path: list, reason: "the file is missing or not readable")
        }
        let folder = URL(fileURLWithPath: list).deletingLastPathComponent()
        let rows: [CSVRows.Row]
        do { rows = try CSVRows.read([UInt8](data)) } catch {
            throw .badList(path: list, line: error.line, reason: "a quote is never closed")
        }
        for (index, row) in rows.enumerated() {
            let fields = row.fields.map { $0.trimmingCharacters(in: .whitespaces) }
            if index == 0, fields.count > 1, fields[0].lowercased() == "score" { continue }
            let isText = fields.allSatisfy { !$0.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0xFFFD } }
            guard isText, fields.count >= 2, !fields[0].isEmpty, !fields[1].isEmpty else {
                throw .badList(path: list, line: row.line, reason: "a score and a recording are required")
            }
            let audio = URL(fileURLWithPath: fields[1], relativeTo: folder)
            let named = fields.count > 2 && !fields[2].isEmpty ? fields[2] : Self.stem(audio.lastPathComponent)
            guard Self.isSafe(named) else {
                throw .badList(path: list, line: row.line, reason: "'\(named)' is not a valid name for results")
            }
            pairs.append(
                ArchivePair(
                    name: named, score: URL(fileURLWithPath: fields[0], relativeTo: folder).path, audio: audio.path))
        }
        guard !pairs.isEmpty else { throw .noPairs(path: list) }
        finish()
    }

    // MARK: Searching

    private mutating func walk(
        _ path: String, below: String, excluded: String?, depth: Int
    ) throws(AlignmentError) {
        guard Self.standard(path) != excluded, depth < Self.maximumDepth else { return }
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: path).sorted() else {
            if depth == 0 { throw .unreadable(path: path, reason: "the folder is not readable") }
            alone.append(path)
            return
        }
        var scores: [String: String] = [:]
        var recordings: [String: String] = [:]
        var others: [String] = []
        for name in names where !name.hasPrefix(".") {
            var isDirectory: ObjCBool = false
            let file = path + "/" + name
            guard FileManager.default.fileExists(atPath: file, isDirectory: &isDirectory) else { continue }
            if isDirectory.boolValue {
                try walk(file, below: below + name + "/", excluded: excluded, depth: depth + 1)
                continue
            }
            let (stem, kind) = (Self.stem(name), Self.kind(name))
            if let rank = Self.scoreExtensions.firstIndex(of: kind) {
                let known = scores[stem].flatMap { Self.scoreExtensions.firstIndex(of: Self.kind($0)) }
                if known.map({ rank < $0 }) ?? true { scores[stem] = name }
            } else if DatasetFolder.audioExtensions.contains(kind) {
                if recordings[stem] == nil { recordings[stem] = name } else { others.append(file) }
            }
        }
        for (stem, score) in scores.sorted(by: { $0.key < $1.key }) {
            guard let recording = recordings[stem] ?? (stem == "score" ? recordings["audio"] : nil) else {
                alone.append(path + "/" + score)
                continue
            }
            recordings[Self.stem(recording)] = nil
            // A pair named `score` takes the name of its folder.
            let isFolder = stem == "score"
            let own = below.isEmpty ? URL(fileURLWithPath: path).standardizedFileURL.lastPathComponent : below
            pairs.append(
                ArchivePair(
                    name: isFolder ? String(own.reversed().drop { $0 == "/" }.reversed()) : below + stem,
                    score: path + "/" + score, audio: path + "/" + recording))
        }
        alone += recordings.values.sorted().map { path + "/" + $0 } + others
    }

    /// Makes names unique, ignoring case, and sorts.
    private mutating func finish() {
        var taken: Set<String> = []
        pairs.sort { ($0.name, $0.audio) < ($1.name, $1.audio) }
        for index in pairs.indices {
            let name = pairs[index].name
            var number = 1
            while !taken.insert(pairs[index].name.lowercased()).inserted {
                number += 1
                pairs[index].name = "\(name)-\(number)"
            }
        }
        alone.sort()
    }

    /// Whether results with this name stay within the output folder.
    private static func isSafe(_ name: String) -> Bool {
        !name.hasPrefix("/") && !name.split(separator: "/").contains("..") && !name.contains("\0")
    }

    private static func kind(_ name: String) -> String { URL(fileURLWithPath: name).pathExtension.lowercased() }
    private static func stem(_ name: String) -> String {
        URL(fileURLWithPath: name).deletingPathExtension().lastPathComponent
    }
    private static func standard(_ path: String) -> String {
        URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath().path
    }
}
