import Foundation

/// All recordings and parts of recordings in a folder: audio with labels, audio without labels, and labels without
/// audio.
///
/// ``DatasetFolder`` describes the layouts. Only file names are examined, except for a CSV file without audio: its
/// first line tells whether it has labels.
public struct DatasetListing: Sendable, Equatable {
    /// MusicNet's two parts, which have separate folders.
    public enum Part: String, Sendable, CaseIterable {
        case train, test
    }

    /// A recording: audio, labels, or both.
    public struct Entry: Sendable, Hashable {
        /// The file's name without its extension, or the folder's name.
        public var name: String
        public var audioPath: String?
        public var labelPath: String?
        /// Nil unless the folder determines it.
        public var part: Part?
    }

    public let path: String
    /// In order of name.
    public private(set) var entries: [Entry] = []
    /// MusicNet's table of composers and ensembles, if the folder has it.
    public private(set) var metadataPath: String?

    /// The file name of MusicNet's metadata.
    public static let metadataName = "musicnet_metadata.csv"

    /// Lists a folder and its subfolders.
    ///
    /// - Throws: ``DatasetError/unreadable(path:reason:)``. A folder without recordings is not an error.
    public init(path: String) throws(DatasetError) {
        self.path = path
        let names = try Self.names(path)
        let root = URL(fileURLWithPath: path)
        collect(audio: root, names: names, labels: root, labelNames: names, part: nil)
        for part in Part.allCases where names.contains("\(part)_data") || names.contains("\(part)_labels") {
            let (data, labels) = (
                root.appendingPathComponent("\(part)_data"), root.appendingPathComponent("\(part)_labels")
            )
            collect(
                audio: data, names: Self.list(data), labels: labels, labelNames: Self.list(labels), part: part)
        }
        let parts = Set(Part.allCases.flatMap { ["\($0)_data", "\($0)_labels"] })
        for name in names where !name.hasPrefix(".") && !parts.contains(name) {
            let folder = root.appendingPathComponent(name)
            let files = Self.list(folder).filter { Self.stem($0) == "audio" || $0 == "labels.csv" }
            collect(audio: folder, names: files, labels: folder, labelNames: files, part: nil)
        }
        entries.sort {
            ($0.name, $0.audioPath ?? "", $0.labelPath ?? "") < ($1.name, $1.audioPath ?? "", $1.labelPath ?? "")
        }
        if names.contains(Self.metadataName) { metadataPath = root.appendingPathComponent(Self.metadataName).path }
    }

    /// Pairs `NAME.ext` in one folder with `NAME.csv` in another or the same, and `audio.ext` with `labels.csv`.
    private mutating func collect(audio: URL, names: [String], labels: URL, labelNames: [String], part: Part?) {
        let available = Set(labelNames)
        var taken: Set<String> = []
        let title = audio.standardizedFileURL.lastPathComponent
        for name in names.sorted() where Self.isAudio(name) {
            let stem = Self.stem(name)
            let isFolderLayout = stem == "audio" && part == nil
            let candidates = isFolderLayout ? ["labels.csv", "audio.csv"] : [stem + ".csv"]
            let label = candidates.first { available.contains($0) }
            // Two encodings of a recording count as one.
            if let label, !taken.insert(label).inserted { continue }
            entries.append(
                Entry(
                    name: isFolderLayout ? title : stem, audioPath: audio.appendingPathComponent(name).path,
                    labelPath: label.map { labels.appendingPathComponent($0).path }, part: part))
        }
        for name in labelNames.sorted() where Self.isCSV(name) && !taken.contains(name) {
            let path = labels.appendingPathComponent(name).path
            guard Self.hasLabelHeader(path) else { continue }
            let isFolderLayout = name == "labels.csv" && part == nil
            entries.append(Entry(name: isFolderLayout ? title : Self.stem(name), labelPath: path, part: part))
        }
    }

    // MARK: Names

    private static func names(_ path: String) throws(DatasetError) -> [String] {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            throw .unreadable(path: path, reason: "the folder does not exist")
        }
        guard isDirectory.boolValue else {
            throw .unreadable(path: path, reason: "it is a file; give the folder that contains it")
        }
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
            throw .unreadable(path: path, reason: "permission denied")
        }
        return names.sorted()
    }

    private static func list(_ folder: URL) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    }

    private static func stem(_ name: String) -> String { (name as NSString).deletingPathExtension }

    private static func isAudio(_ name: String) -> Bool {
        !name.hasPrefix(".") && DatasetFolder.audioExtensions.contains((name as NSString).pathExtension.lowercased())
    }

    private static func isCSV(_ name: String) -> Bool {
        !name.hasPrefix(".") && name.lowercased().hasSuffix(".csv") && name != metadataName
    }

    private static func hasLabelHeader(_ path: String) -> Bool {
        guard let handle = FileHandle(forReadingAtPath: path) else { return false }
        defer { try? handle.close() }
        guard let head = try? handle.read(upToCount: 512) else { return false }
        let line = String(decoding: head.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self).lowercased()
        return line.contains("start_time") && line.contains("note")
            || line.contains("start_s") && line.contains("midi_note")
    }
}
