/// Why a figure could not be drawn or its data not be read. Each message names the problem and, where possible, a
/// remedy.
public enum FiguresError: Error, Equatable, Sendable, CustomStringConvertible {
    /// There are no finite values to draw.
    case noData(String)
    /// The parameters of a figure are invalid, such as a logarithmic axis that starts at zero.
    case invalid(String)
    /// A file does not exist or cannot be read.
    case unreadable(path: String, reason: String)
    /// The contents of a file cannot be drawn.
    case malformed(path: String, reason: String)
    /// The figure cannot be written.
    case cannotWrite(path: String, reason: String)

    public var description: String {
        switch self {
        case .noData(let what): "nothing to draw: \(what)"
        case .invalid(let reason): "invalid figure: \(reason)"
        case .unreadable(let path, let reason): "cannot read '\(path)': \(reason)"
        case .malformed(let path, let reason): "'\(path)' cannot be drawn: \(reason)"
        case .cannotWrite(let path, let reason): "cannot write the figure '\(path)': \(reason)"
        }
    }
}
