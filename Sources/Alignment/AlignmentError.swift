/// Why a score and a recording cannot be aligned. Every description is one sentence that names the culprit.
public enum AlignmentError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The recording holds too little sound.
    case tooShort(path: String, reason: String)
    /// A recording in which nothing of the score is found.
    case unplayed(path: String)
    /// The score isn't what the recording plays.
    case mismatch(score: String, audio: String, reason: String)
    /// No soundfont was found to play the score with.
    case noSoundFont
    /// Parameters that make no sense together.
    case badParameter(String)
    /// Something cannot be written.
    case cannotWrite(path: String, reason: String)
    /// A file or folder cannot be read.
    case unreadable(path: String, reason: String)
    /// A folder in which no score lies beside a recording, or a list without a pair.
    case noPairs(path: String)
    /// A list of pairs whose line makes no sense; lines count from 1.
    case badList(path: String, line: Int, reason: String)
    /// A table of true onset times that is none.
    case badReference(path: String, reason: String)

    public var description: String {
        switch self {
        case .tooShort(let path, let reason): "'\(path)' cannot be aligned: \(reason)."
        case .unplayed(let path): "'\(path)' cannot be aligned: nothing of the score is found in it."
        case .mismatch(let score, let audio, let reason): "'\(score)' does not match '\(audio)': \(reason)."
        case .noSoundFont:
            "There is no soundfont to play the score with: install Debian's fluid-soundfont-gm or name one with "
                + "--soundfont."
        case .badParameter(let reason): "\(reason)."
        case .cannotWrite(let path, let reason): "Cannot write '\(path)': \(Self.clause(reason))."
        case .unreadable(let path, let reason): "Cannot read '\(path)': \(Self.clause(reason))."
        case .noPairs(let path):
            "'\(path)' holds no pair of score and recording: NAME.mid beside NAME.wav, or folders with score.mid and "
                + "audio.wav, are what is looked for."
        case .badList(let path, let line, let reason): "'\(path)' is no usable list of pairs: line \(line): \(reason)."
        case .badReference(let path, let reason): "'\(path)' is no table of onset times: \(reason)."
        }
    }

    /// Foundation's reasons are sentences with a full stop of their own.
    private static func clause(_ reason: String) -> String {
        reason.hasSuffix(".") ? String(reason.dropLast()) : reason
    }
}
