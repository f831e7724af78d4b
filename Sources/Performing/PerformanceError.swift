/// Why a score can't be made into a test pair. Every description is one sentence that names the culprit.
public enum PerformanceError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Nothing sounds in the part of the score that was asked for.
    case nothingToPlay(score: String)
    /// The score has no such measures.
    case noSuchMeasures(score: String, measures: String)
    /// The score is too short for what is to happen in it.
    case tooShort(score: String, kind: PerformanceKind)
    /// A file or folder can't be written.
    case cannotWrite(path: String, reason: String)

    public var description: String {
        switch self {
        case .nothingToPlay(let score): "No pitched note sounds in the chosen part of '\(score)': choose another."
        case .noSuchMeasures(let score, let measures):
            "'\(score)' has no measures \(measures): 'notelab score' lists those it has."
        case .tooShort(let score, let kind):
            "'\(score)' is too short for a \(kind.rawValue): it takes 48 beats at least, so choose a longer part."
        case .cannotWrite(let path, let reason): "Cannot write '\(path)': \(reason)."
        }
    }

    /// Whether writing failed (exit code 74), rather than the score (65).
    public var isOutputFailure: Bool { if case .cannotWrite = self { true } else { false } }
}
