/// Why a figure could not be drawn, or its data not be read. Each message names the culprit and what to do.
public enum FiguresError: Error, Equatable, Sendable, CustomStringConvertible {
    /// There is nothing to draw, or nothing but NaN and infinities.
    case noData(String)
    /// The parts of a figure contradict each other, such as a logarithmic axis from zero.
    case invalid(String)
    /// A file is not there or may not be read.
    case unreadable(path: String, reason: String)
    /// A file was read, and what it holds cannot be drawn.
    case malformed(path: String, reason: String)
    /// The figure cannot be written.
    case cannotWrite(path: String, reason: String)

    public var description: String {
        switch self {
        case .noData(let what): "there is nothing to draw: \(what)"
        case .invalid(let reason): "the figure makes no sense: \(reason)"
        case .unreadable(let path, let reason): "cannot read '\(path)': \(reason)"
        case .malformed(let path, let reason): "'\(path)' cannot be drawn: \(reason)"
        case .cannotWrite(let path, let reason): "cannot write the figure '\(path)': \(reason)"
        }
    }
}
