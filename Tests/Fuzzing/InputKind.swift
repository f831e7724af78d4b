/// The kinds of untrusted input that have a parser of their own.
enum InputKind: String, CaseIterable {
    /// Standard MIDI Files, as performances and as scores.
    case midi
    case musicxml
    /// Compressed MusicXML: ZIP archives.
    case mxl
    case kern
    /// Model files, byte by byte.
    case safetensors
    /// The metadata of model files as lines, with tensors made to fit.
    case model
    /// The daemon's YAML.
    case configuration
    /// Streams of JSON-RPC lines, from clients and from the daemon.
    case lines
    /// Label files, MusicNet's metadata, and the headers of WAV files.
    case labels

    /// Parses the bytes as the program would, uses the result, and checks what every result promises.
    ///
    /// Throws nothing: invalid input is expected. Traps if a promise is broken.
    func check(_ bytes: [UInt8]) {
        switch self {
        case .midi: MIDIInput.check(bytes)
        case .musicxml, .mxl, .kern: ScoreInput.check(bytes)
        case .safetensors: SafetensorsInput.check(bytes)
        case .model: ModelInput.check(bytes)
        case .configuration: ConfigurationInput.check(bytes)
        case .lines: LinesInput.check(bytes)
        case .labels: LabelsInput.check(bytes)
        }
    }
}

/// Traps with a message unless a promise is kept, in optimised code too.
func require(_ isKept: Bool, _ promise: @autoclosure () -> String) {
    if !isKept { fatalError("broken promise: \(promise())") }
}
