/// What can go wrong with FluidSynth and its soundfonts. Every description is one sentence that names the culprit.
public enum SynthesisError: Error, Equatable, Sendable, CustomStringConvertible {
    /// There is no soundfont at the path, or it can't be read.
    case missingSoundFont(path: String)
    /// A soundfont that FluidSynth refuses.
    case badSoundFont(path: String)
    /// FluidSynth cannot be started.
    case unavailable(String)

    public var description: String {
        switch self {
        case .missingSoundFont(let path): "Cannot read '\(path)': there is no such soundfont, or it may not be read."
        case .badSoundFont(let path): "'\(path)' is no soundfont that FluidSynth can load."
        case .unavailable(let reason): "FluidSynth cannot be started: \(reason)."
        }
    }

    /// Whether the input is missing (exit code 66).
    public var isMissingInput: Bool { if case .missingSoundFont = self { true } else { false } }
}
