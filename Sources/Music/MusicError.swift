/// What can go wrong with MIDI and label files. Every description is one sentence that names the culprit.
public enum MusicError: Error, Equatable, Sendable, CustomStringConvertible {
    /// There is nothing at the path.
    case missingFile(path: String)
    /// The path exists and cannot be read: a directory, or no permission.
    case unreadableFile(path: String, reason: String)
    /// The bytes are no Standard MIDI File.
    case badMIDI(name: String, reason: String)
    /// A label file whose line cannot be understood; lines count from 1.
    case badLabels(name: String, line: Int, reason: String)
    /// A file cannot be created or written.
    case cannotWrite(path: String, reason: String)

    public var description: String {
        switch self {
        case .missingFile(let path): "There is no file '\(path)'."
        case .unreadableFile(let path, let reason): "Cannot read '\(path)': \(Self.clause(reason))."
        case .badMIDI(let name, let reason): "'\(name)' is no usable MIDI file: \(reason)."
        case .badLabels(let name, let line, let reason): "'\(name)' is no usable label file: line \(line): \(reason)."
        case .cannotWrite(let path, let reason): "Cannot write '\(path)': \(Self.clause(reason))."
        }
    }

    /// Whether the input is missing or may not be read (exit code 66), rather than read and found bad (65).
    public var isMissingInput: Bool {
        switch self {
        case .missingFile, .unreadableFile: true
        default: false
        }
    }

    /// Foundation's reasons are sentences with a full stop of their own.
    private static func clause(_ reason: String) -> String {
        reason.hasSuffix(".") ? String(reason.dropLast()) : reason
    }
}
