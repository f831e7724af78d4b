/// Why something cannot be evaluated. Each message names the culprit and what to do.
public enum EvaluationError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The folder is not there or may not be read.
    case unreadable(path: String, reason: String)
    /// The folder holds no recording with labels.
    case noRecordings(path: String)

    public var description: String {
        switch self {
        case .unreadable(let path, let reason): "cannot read the dataset '\(path)': \(reason)"
        case .noRecordings(let path):
            "'\(path)' holds no recording with labels; a dataset has NAME.wav (or .flac, .ogg, .mp3) beside NAME.csv, "
                + "or folders with audio.* and labels.csv, or MusicNet's test_data and test_labels"
        }
    }
}
