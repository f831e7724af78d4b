/// A dataset error. Every message names the file or folder and, where useful, what to do.
public enum DatasetError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The file or folder does not exist or cannot be read.
    case unreadable(path: String, reason: String)
    /// The folder has no recordings with labels.
    case noRecordings(path: String)
    /// The folder has recordings, but none in the requested split.
    case emptySplit(path: String, split: DatasetFolder.Split)
    /// There is no recording of that name; or the name is empty although the folder has several recordings.
    case noSuchRecording(name: String, path: String, others: [String])
    /// A line of a metadata file is invalid; lines count from 1.
    case badMetadata(path: String, line: Int, reason: String)
    /// A checksum list is invalid.
    case badChecksums(path: String, reason: String)
    /// An output file cannot be written.
    case cannotWrite(path: String, reason: String)
    /// There is no space for decoded audio.
    case noScratchSpace(folder: String, reason: String)

    public var description: String {
        switch self {
        case .unreadable(let path, let reason): "cannot read '\(path)': \(reason)"
        case .noRecordings(let path):
            "'\(path)' has no recordings with labels; a dataset has NAME.wav (or .flac, .ogg, .mp3) beside NAME.csv, "
                + "or folders with audio.* and labels.csv, or MusicNet's test_data and test_labels"
        case .emptySplit(let path, let split):
            "'\(path)' has recordings, but none in the split '\(split.rawValue)'; recordings are assigned "
                + "by MusicNet id or by the folders train_data and test_data; use --split all"
        case .noSuchRecording(let name, let path, let others):
            (name.isEmpty
                ? "choose a recording of '\(path)': it has " : "'\(path)' has no recording '\(name)'; it has ")
                + (others.prefix(8).joined(separator: ", ") + (others.count > 8 ? ", ..." : ""))
        case .badMetadata(let path, let line, let reason): "'\(path)' is not valid metadata: line \(line): \(reason)"
        case .badChecksums(let path, let reason): "'\(path)' is not a valid checksum list: \(reason)"
        case .cannotWrite(let path, let reason): "cannot write '\(path)': \(reason)"
        case .noScratchSpace(let folder, let reason):
            "cannot store decoded audio in '\(folder)': \(reason); set TMPDIR to a disk with 5.3 MB free per minute"
        }
    }

    /// Whether the input is missing or unreadable (exit code 66) rather than invalid (65).
    public var isMissingInput: Bool {
        switch self {
        case .unreadable, .noSuchRecording: true
        default: false
        }
    }

    /// Whether writing failed (exit code 74).
    public var isOutputFailure: Bool {
        switch self {
        case .cannotWrite, .noScratchSpace: true
        default: false
        }
    }
}
