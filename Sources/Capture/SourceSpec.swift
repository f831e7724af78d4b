/// An audio source as users write it: `pulse[:NAME]`, `alsa[:PCM]`, `file:PATH`, `stdin[:FORMAT,RATE,CHANNELS]` or
/// `none`.
///
/// Sources have names, not indexes, because indexes change when a device is plugged in. A name may contain colons and
/// commas (`alsa:plughw:CARD=USB,DEV=0`): everything after the first colon belongs to it.
public enum SourceSpec: Sendable, Equatable, CustomStringConvertible {
    /// A source of the PulseAudio (or PipeWire) server; nil is the server's default source, followed when it changes.
    case pulse(String?)
    /// An ALSA PCM; nil is ALSA's `default`.
    case alsa(String?)
    /// An audio file, played in real time.
    case file(String)
    /// Raw samples on standard input; nil uses `CaptureOptions.standardInput`.
    case stdin(StreamFormat?)
    /// No audio: the daemon waits until a source is selected.
    case none

    /// - Throws: `CaptureError.badSpec` or `.badFormat`, which name the fault and the accepted forms.
    public init(parsing text: String) throws(CaptureError) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let kind = parts.first.map(String.init) ?? ""
        let rest = parts.count > 1 ? String(parts[1]) : nil
        guard !text.utf8.contains(0) else {
            throw .badSpec(text, reason: "a name cannot contain a zero byte")
        }
        if let rest, rest.isEmpty {
            throw .badSpec(text, reason: "nothing follows the colon")
        }
        switch (kind, rest) {
        case ("pulse", _): self = .pulse(rest)
        case ("alsa", _): self = .alsa(rest)
        case ("file", let path?): self = .file(path)
        case ("file", nil): throw .badSpec(text, reason: "name the file, as in file:PATH")
        case ("stdin", nil): self = .stdin(nil)
        case ("stdin", let format?): self = .stdin(try StreamFormat(parsing: format))
        case ("none", nil): self = .none
        default:
            throw .badSpec(
                text, reason: "write pulse[:NAME], alsa[:PCM], file:PATH, stdin[:FORMAT,RATE,CHANNELS] or none")
        }
    }

    /// The form that `init(parsing:)` accepts.
    public var description: String {
        switch self {
        case .pulse(let name): name.map { "pulse:\($0)" } ?? "pulse"
        case .alsa(let name): name.map { "alsa:\($0)" } ?? "alsa"
        case .file(let path): "file:\(path)"
        case .stdin(let format): format.map { "stdin:\($0)" } ?? "stdin"
        case .none: "none"
        }
    }

    /// Whether audio keeps arriving even if nobody reads it, so that a reader that falls behind loses some.
    var isLive: Bool {
        switch self {
        case .pulse, .alsa, .file: true
        case .stdin, .none: false
        }
    }

    /// Whether the device is paced by a clock of its own, so that a silent loss is visible on the clock.
    var isClocked: Bool {
        switch self {
        case .pulse, .alsa: true
        case .file, .stdin, .none: false
        }
    }
}
