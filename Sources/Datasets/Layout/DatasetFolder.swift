/// A folder of recordings with labels, in any of three layouts:
///
/// - `NAME.wav`, `.flac`, `.ogg` or `.mp3` (also `.aif`, `.aiff`, `.opus`) beside `NAME.csv`;
/// - folders with `audio.*` and `labels.csv`;
/// - MusicNet's own: `test_data/ID.wav` with `test_labels/ID.csv`, and `train_data` with `train_labels`.
///
/// A folder may mix layouts. Only file names are examined; no files are read.
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

    public let path: String
    /// In order of name.
    public let recordings: [Recording]
    /// Audio files without labels, in order.
    public let unlabelled: [String]

    /// Extensions of audio files, compared case-insensitively.
    public static let audioExtensions: Set<String> = ["wav", "flac", "ogg", "mp3", "aif", "aiff", "opus"]

    /// Lists a folder.
    ///
    /// - Throws: ``DatasetError/unreadable(path:reason:)``, ``DatasetError/noRecordings(path:)`` if there is no audio
    ///   file with labels, ``DatasetError/emptySplit(path:split:)`` if there are some, but none in `split`.
    public init(path: String, split: Split = .all) throws(DatasetError) {
        let listing = try DatasetListing(path: path)
        self.path = path
        recordings = listing.entries.filter { split.contains($0) }.compactMap(Recording.init)
        unlabelled = listing.entries.filter { split.contains($0) && $0.labelPath == nil }.compactMap(\.audioPath)
            .sorted()
        guard recordings.isEmpty else { return }
        let isSplitEmpty = split != .all && listing.entries.contains { Recording($0) != nil }
        throw isSplitEmpty ? .emptySplit(path: path, split: split) : .noRecordings(path: path)
    }
}

extension DatasetFolder.Recording {
    /// Nil unless the entry has both audio and labels.
    init?(_ entry: DatasetListing.Entry) {
        guard let audioPath = entry.audioPath, let labelPath = entry.labelPath else { return nil }
        self.init(name: entry.name, audioPath: audioPath, labelPath: labelPath)
    }
}
