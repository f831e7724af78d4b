/// An error in rendering training data. Each description is one sentence that names the offending value.
public enum RenderingError: Error, Equatable, Sendable, CustomStringConvertible {
    /// An input file or folder is missing or unreadable.
    case missingInput(path: String, reason: String)
    /// A recipe is invalid.
    case badRecipe(name: String, reason: String)
    /// No input file or no soundfont is usable.
    case nothingToRender(String)
    /// The output folder holds clips of another recipe, seed or set of inputs.
    case differentDataset(path: String)
    /// A file or folder cannot be written.
    case cannotWrite(path: String, reason: String)

    public var description: String {
        switch self {
        case .missingInput(let path, let reason): "Cannot read '\(path)': \(Self.clause(reason))."
        case .badRecipe(let name, let reason): "'\(name)' is not a valid render recipe: \(reason)."
        case .nothingToRender(let reason): "There is nothing to render: \(reason)."
        case .differentDataset(let path):
            "'\(path)' holds clips of another recipe, seed or set of inputs: choose another folder."
        case .cannotWrite(let path, let reason): "Cannot write '\(path)': \(Self.clause(reason))."
        }
    }

    /// Whether the input is missing (exit code 66).
    public var isMissingInput: Bool { if case .missingInput = self { true } else { false } }
    /// Whether writing failed (exit code 74).
    public var isOutputFailure: Bool { if case .cannotWrite = self { true } else { false } }

    /// Foundation's reasons end with a full stop of their own.
    private static func clause(_ reason: String) -> String {
        reason.hasSuffix(".") ? String(reason.dropLast()) : reason
    }
}
