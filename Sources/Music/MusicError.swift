/// An error in reading or writing MIDI and label files. Every description is one sentence that names the file.
public enum MusicError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The path does not exist.
    case missingFile(path: String)
    /// The path exists but cannot be read: it is a directory, or permission is denied.
    case unreadableFile(path: String, reason: String)
    /// The data is not a valid Standard MIDI File.
    case badMIDI(name: String, reason: String)
    /// A line of a label file is invalid; lines count from 1.
    case badLabels(name: String, line: Int, reason: String)
    /// The file cannot be created or written.
    case cannotWrite(path: String, reason: String)

    public var description: String {
        switch self {
        case .missingFile(let path): "File '\(path)' does not exist."
        case .unreadableFile(let path, let reason): "Cannot read '\(path)': \(Self.clause(reason))."
        case .badMIDI(let name, let reason): "'\(name)' is not a valid MIDI file: \(reason)."
        case .badLabels(let name, let line, let reason): "'\(name)' is not a valid label file: line \(line): \(reason)."
        case .cannotWrite(let path, let reason): "Cannot write '\(path)': \(Self.clause(reason))."
        }
    }

    /// Whether the input is missing or unreadable (exit code 66) rather than invalid (65).
    public var isMissingInput: Bool {
        switch self {
        case .missingFile, .unreadableFile: true
        default: false
        }
    }

    /// Strips the full stop from Foundation's error descriptions.
    private static func clause(_ reason: String) -> String {
        reason.hasSuffix(".") ? String(reason.dropLast()) : reason
    }
}
