import Foundation

/// A folder of recordings with labels, in any of three layouts:
///
/// - `NAME.wav`, `.flac`, `.ogg` or `.mp3` (also `.aif`, `.aiff`, `.opus`) beside `NAME.csv`;
/// - folders with `audio.*` and `labels.csv`;
/// - MusicNet's own: `test_data/ID.wav` with `test_labels/ID.csv`, and `train_data` with `train_labels`.
///
/// A folder may mix them. Only names are looked at; files are read by whoever needs them.
public struct DatasetFolder: Sendable, Equatable {
    /// One recording and its labels.
    public struct Recording: Sendable, Equatable, Hashable {
        /// The audio file's name without its extension, or the folder's name.
        public var name: String
        public var audioPath: String
        public var labelPath: String

        public init(name: String, audioPath: String, labelPath: String) {
            self.name = name
            self.audioPath = audioPath
            self.labelPath = labelPath
        }
    }

    /// Which of MusicNet's two parts is meant; other layouts have but one and ignore it.
    public enum Split: String, Sendable, CaseIterable {
        case train, test, all
    }

    public let path: String
    /// In order of their names.
    public let recordings: [Recording]
    /// Audio files for which there are no labels, in order.
    public let unlabelled: [String]

    /// Files with these extensions, in any case, are taken for audio.
    public static let audioExtensions: Set<String> = ["wav", "flac", "ogg", "mp3", "aif", "aiff", "opus"]

    /// Lists a folder.
    ///
    /// - Throws: ``EvaluationError/unreadable(path:reason:)``, or ``EvaluationError/noRecordings(path:)`` when there is
    ///   no audio file with labels.
    public init(path: String, split: Split = .all) throws(EvaluationError) {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            throw .unreadable(path: path, reason: "there is no such folder")
        }
        guard isDirectory.boolValue else {
            throw .unreadable(path: path, reason: "it is a file; name the folder that holds it")
        }
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
            throw .unreadable(path: path, reason: "it may not be read by this user")
        }
        var found: [Recording] = []
        var lonely: [String] = []
        let root = URL(fileURLWithPath: path)
        Self.collect(audio: root, names: names, labels: root, into: &found, unlabelled: &lonely)
        for name in names.sorted() where !name.hasPrefix(".") {
            let folder = root.appendingPathComponent(name)
            if let part = Self.musicNetPart(name) {
                guard split == .all || split == part else { continue }
                let labels = root.appendingPathComponent("\(part.rawValue)_labels")
                Self.collect(
                    audio: folder, names: Self.list(folder), labels: labels, into: &found, unlabelled: &lonely)
            } else {
                Self.collectNamed(folder, into: &found, unlabelled: &lonely)
            }
        }
        guard !found.isEmpty else { throw .noRecordings(path: path) }
        self.path = path
        recordings = found.sorted { ($0.name, $0.audioPath) < ($1.name, $1.audioPath) }
        unlabelled = lonely.sorted()
    }

    private static func musicNetPart(_ name: String) -> Split? {
        switch name {
        case "train_data": .train
        case "test_data": .test
        default: nil
        }
    }

    private static func list(_ folder: URL) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    }

    private static func isAudio(_ name: String) -> Bool {
        !name.hasPrefix(".") && audioExtensions.contains((name as NSString).pathExtension.lowercased())
    }

    /// `NAME.ext` in one folder with `NAME.csv` in another or the same.
    private static func collect(
        audio: URL, names: [String], labels: URL, into found: inout [Recording], unlabelled: inout [String]
    ) {
        for name in names.sorted() where isAudio(name) {
            let stem = (name as NSString).deletingPathExtension
            let audioPath = audio.appendingPathComponent(name).path
            let isFolderLayout = stem == "audio" && audio == labels
            let candidates = isFolderLayout ? ["labels.csv", "audio.csv"] : [stem + ".csv"]
            let label = candidates.map { labels.appendingPathComponent($0).path }
                .first { FileManager.default.fileExists(atPath: $0) }
            guard let label else {
                unlabelled.append(audioPath)
                continue
            }
            let title = isFolderLayout ? audio.standardizedFileURL.lastPathComponent : stem
            // Two encodings of one recording are one recording.
            guard !found.contains(where: { $0.labelPath == label }) else { continue }
            found.append(Recording(name: title, audioPath: audioPath, labelPath: label))
        }
    }

    /// `audio.*` and `labels.csv` in a folder of their own.
    private static func collectNamed(_ folder: URL, into found: inout [Recording], unlabelled: inout [String]) {
        let names = list(folder).filter { ($0 as NSString).deletingPathExtension == "audio" }
        collect(audio: folder, names: names, labels: folder, into: &found, unlabelled: &unlabelled)
    }
}
