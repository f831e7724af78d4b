import Alignment
import Datasets
import Foundation

/// The pairs of score and recording in a folder or a list. Only names are looked at.
public struct ArchiveListing: Sendable, Equatable {
    /// Best first, where a piece has several.
    public static let scoreExtensions = ["musicxml", "mxl", "xml", "krn", "mid", "midi"]
    private static let deepest = 16

    /// By name.
    public var pairs: [ArchivePair]
    /// Scores and recordings without a partner, by path.
    public var alone: [String]

    /// Looks through a folder and those in it for folders with `score.*` and `audio.*`, and for `NAME.mid` (or `.musicxml`, `.mxl`,
    /// `.krn` ...) beside `NAME.wav` (or `.flac`, `.mp3`, `.ogg` ...).
    ///
    /// - Parameter excluded: a folder that is passed over, since results are written there.
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

    /// Reads a CSV file whose rows name a score, a recording and, if wanted, the pair. Paths are relative to the list's
    /// folder. A first row that begins with `score,audio` is passed over.
    ///
    /// - Throws: `AlignmentError.unreadable`, `.badList`, `.noPairs`.
    public init(list: String) throws(AlignmentError) {
        (pairs, alone) = ([], [])
        guard let data = FileManager.default.contents(atPath: list) else {
            throw .unreadable(path: list, reason: "there is no such file, or it may not be read")
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
                throw .badList(path: list, line: row.line, reason: "it should name a score and a recording")
            }
            let audio = URL(fileURLWithPath: fields[1], relativeTo: folder)
            let named = fields.count > 2 && !fields[2].isEmpty ? fields[2] : Self.stem(audio.lastPathComponent)
            guard Self.isSafe(named) else {
                throw .badList(path: list, line: row.line, reason: "'\(named)' is no name for results")
            }
            pairs.append(
                ArchivePair(
                    name: named, score: URL(fileURLWithPath: fields[0], relativeTo: folder).path, audio: audio.path))
        }
        guard !pairs.isEmpty else { throw .noPairs(path: list) }
        finish()
    }

    // MARK: Looking

    private mutating func walk(
        _ path: String, below: String, excluded: String?, depth: Int
    ) throws(AlignmentError) {
        guard Self.standard(path) != excluded, depth < Self.deepest else { return }
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: path).sorted() else {
            if depth == 0 { throw .unreadable(path: path, reason: "it may not be read") }
            alone.append(path)
            return
        }
        var scores: [String: String] = [:]
        var sounds: [String: String] = [:]
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
                if sounds[stem] == nil { sounds[stem] = name } else { others.append(file) }
            }
        }
        for (stem, score) in scores.sorted(by: { $0.key < $1.key }) {
            guard let sound = sounds[stem] ?? (stem == "score" ? sounds["audio"] : nil) else {
                alone.append(path + "/" + score)
                continue
            }
            sounds[Self.stem(sound)] = nil
            // A folder of one piece lends it its name.
            let isFolder = stem == "score"
            let own = below.isEmpty ? URL(fileURLWithPath: path).standardizedFileURL.lastPathComponent : below
            pairs.append(
                ArchivePair(
                    name: isFolder ? String(own.reversed().drop { $0 == "/" }.reversed()) : below + stem,
                    score: path + "/" + score, audio: path + "/" + sound))
        }
        alone += sounds.values.sorted().map { path + "/" + $0 } + others
    }

    /// Names are made unlike each other, also where the case of letters doesn't count, and put in order.
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

    /// Whether results under this name stay in their folder.
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
