/// Why a dataset cannot be used. Each message names the culprit and what to do.
public enum DatasetError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The folder is not there or may not be read.
    case unreadable(path: String, reason: String)
    /// The folder holds no recording with labels.
    case noRecordings(path: String)
    /// The folder has recordings, and none of them belongs to the part that was asked for.
    case emptySplit(path: String, split: DatasetFolder.Split)
    /// No recording of that name; or, with an empty name, none was named where there are several.
    case noSuchRecording(name: String, path: String, others: [String])
    /// A metadata file whose line cannot be understood; lines count from 1.
    case badMetadata(path: String, line: Int, reason: String)
    /// A list of checksums without a line that is one.
    case badChecksums(path: String, reason: String)
    /// Something that this module writes cannot be written.
    case cannotWrite(path: String, reason: String)
    /// Decoded audio finds no room.
    case noScratchSpace(folder: String, reason: String)

    public var description: String {
        switch self {
        case .unreadable(let path, let reason): "cannot read '\(path)': \(reason)"
        case .noRecordings(let path):
            "'\(path)' holds no recording with labels; a dataset has NAME.wav (or .flac, .ogg, .mp3) beside NAME.csv, "
                + "or folders with audio.* and labels.csv, or MusicNet's test_data and test_labels"
        case .emptySplit(let path, let split):
            "'\(path)' holds recordings, but none of the part '\(split.rawValue)'; its recordings are "
                + "told by MusicNet's ids, or by the folders train_data and test_data; use --split all"
        case .noSuchRecording(let name, let path, let others):
            (name.isEmpty
                ? "name a recording of '\(path)': it has " : "'\(path)' holds no recording '\(name)'; it has ")
                + (others.prefix(8).joined(separator: ", ") + (others.count > 8 ? ", ..." : ""))
        case .badMetadata(let path, let line, let reason): "'\(path)' is no usable metadata: line \(line): \(reason)"
        case .badChecksums(let path, let reason): "'\(path)' is no usable list of checksums: \(reason)"
        case .cannotWrite(let path, let reason): "cannot write '\(path)': \(reason)"
        case .noScratchSpace(let folder, let reason):
            "cannot keep decoded audio in '\(folder)': \(reason); point TMPDIR at a disk with room for 5.3 MB a minute"
        }
    }

    /// Whether the input is missing or may not be read (exit code 66), rather than read and found bad (65).
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
