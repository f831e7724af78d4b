/// Why a test pair cannot be generated from a score. Each description is one sentence that names the offending file or
/// value.
public enum PerformanceError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The requested part of the score contains no pitched notes.
    case nothingToPlay(score: String)
    /// The score lacks the requested measures.
    case noSuchMeasures(score: String, measures: String)
    /// The score is too short for this kind of performance.
    case tooShort(score: String, kind: PerformanceKind)
    /// A file or folder cannot be written.
    case cannotWrite(path: String, reason: String)

    public var description: String {
        switch self {
        case .nothingToPlay(let score): "The chosen part of '\(score)' contains no pitched notes: choose another."
        case .noSuchMeasures(let score, let measures):
            "'\(score)' has no measures \(measures): 'notelab score' lists those it has."
        case .tooShort(let score, let kind):
            "'\(score)' is too short for '\(kind.rawValue)', which requires at least 48 beats: choose a longer part."
        case .cannotWrite(let path, let reason): "Cannot write '\(path)': \(reason)."
        }
    }

    /// Whether writing failed (exit code 74) rather than reading the score (65).
    public var isOutputFailure: Bool { if case .cannotWrite = self { true } else { false } }
}
