/// An error of FluidSynth or a soundfont. Every description is one sentence that names the file or the reason.
public enum SynthesisError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The soundfont does not exist or cannot be read.
    case missingSoundFont(path: String)
    /// FluidSynth cannot load the soundfont.
    case badSoundFont(path: String)
    /// FluidSynth could not be initialised.
    case unavailable(String)

    public var description: String {
        switch self {
        case .missingSoundFont(let path): "Cannot read soundfont '\(path)': the file does not exist or is not readable."
        case .badSoundFont(let path): "FluidSynth cannot load the soundfont '\(path)'."
        case .unavailable(let reason): "FluidSynth could not be initialised: \(reason)."
        }
    }

    /// Whether the input is missing (exit code 66).
    public var isMissingInput: Bool { if case .missingSoundFont = self { true } else { false } }
}
