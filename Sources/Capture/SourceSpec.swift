/// Where sound comes from, as a person writes it: `pulse[:NAME]`, `alsa[:PCM]`, `file:PATH`, `stdin[:FORMAT,RATE,CHANNELS]`
/// or `none`.
///
/// Names, never indexes, because indexes change when something is plugged in. A name may hold colons and commas
/// (`alsa:plughw:CARD=USB,DEV=0`): everything behind the first colon belongs to it.
public enum SourceSpec: Sendable, Equatable, CustomStringConvertible {
    /// A source of the PulseAudio (or PipeWire) server; nil is whatever the server holds to be the default, followed
    /// when it changes.
    case pulse(String?)
    /// An ALSA PCM; nil is ALSA's `default`.
    case alsa(String?)
    /// A sound file, played in real time.
    case file(String)
    /// Raw samples on standard input; nil takes the shape from `CaptureOptions.standardInput`.
    case stdin(StreamFormat?)
    /// No sound at all: for a daemon that waits to be given a source.
    case none

    /// - Throws: `CaptureError.badSpec` or `.badFormat`, which name what is wrong and what can be written instead.
    public init(parsing text: String) throws(CaptureError) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let kind = parts.first.map(String.init) ?? ""
        let rest = parts.count > 1 ? String(parts[1]) : nil
        guard !text.utf8.contains(0) else {
            throw .badSpec(text, reason: "a name cannot hold a zero byte")
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

    /// What `init(parsing:)` reads.
    public var description: String {
        switch self {
        case .pulse(let name): name.map { "pulse:\($0)" } ?? "pulse"
        case .alsa(let name): name.map { "alsa:\($0)" } ?? "alsa"
        case .file(let path): "file:\(path)"
        case .stdin(let format): format.map { "stdin:\($0)" } ?? "stdin"
        case .none: "none"
        }
    }

    /// Whether the sound keeps coming whether or not anybody takes it, so that falling behind means losing some.
    var isLive: Bool {
        switch self {
        case .pulse, .alsa, .file: true
        case .stdin, .none: false
        }
    }

    /// Whether the device paces itself by a clock of its own, so that silent loss can be told from the clock.
    var isClocked: Bool {
        switch self {
        case .pulse, .alsa: true
        case .file, .stdin, .none: false
        }
    }
}
