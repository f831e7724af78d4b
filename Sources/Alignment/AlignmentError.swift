/// Why a score and a recording cannot be aligned. Each description is one sentence that names the offending file or
/// value.
public enum AlignmentError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The recording contains too little audio.
    case tooShort(path: String, reason: String)
    /// No part of the score was found in the recording.
    case unplayed(path: String)
    /// The recording is not a performance of the score.
    case mismatch(score: String, audio: String, reason: String)
    /// No soundfont was found to synthesise the score with.
    case noSoundFont
    /// Invalid or conflicting parameters.
    case badParameter(String)
    /// A file or folder cannot be written.
    case cannotWrite(path: String, reason: String)
    /// A file or folder cannot be read.
    case unreadable(path: String, reason: String)
    /// A folder or list without any pair of score and recording.
    case noPairs(path: String)
    /// An invalid line in a list of pairs; lines count from 1.
    case badList(path: String, line: Int, reason: String)
    /// An invalid table of reference onset times.
    case badReference(path: String, reason: String)

    public var description: String {
        switch self {
        case .tooShort(let path, let reason): "'\(path)' cannot be aligned: \(reason)."
        case .unplayed(let path): "'\(path)' cannot be aligned: no part of the score was found in it."
        case .mismatch(let score, let audio, let reason): "'\(score)' does not match '\(audio)': \(reason)."
        case .noSoundFont:
            "No soundfont is installed to synthesise the score with: install Debian's fluid-soundfont-gm or name one "
                + "with --soundfont."
        case .badParameter(let reason): "\(reason)."
        case .cannotWrite(let path, let reason): "Cannot write '\(path)': \(Self.clause(reason))."
        case .unreadable(let path, let reason): "Cannot read '\(path)': \(Self.clause(reason))."
        case .noPairs(let path):
            "'\(path)' contains no pair of score and recording: put NAME.mid beside NAME.wav, or score.mid and "
                + "audio.wav into a folder of their own."
        case .badList(let path, let line, let reason):
            "'\(path)' is not a valid list of pairs: line \(line): \(reason)."
        case .badReference(let path, let reason): "'\(path)' is not a valid table of onset times: \(reason)."
        }
    }

    /// Foundation's error messages end with a full stop already.
    private static func clause(_ reason: String) -> String {
        reason.hasSuffix(".") ? String(reason.dropLast()) : reason
    }
}
