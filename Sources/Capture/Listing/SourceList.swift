/// A source that can be selected, or a note on why a sound system offers none.
public struct SourceDescription: Sendable, Equatable, Codable, CustomStringConvertible {
    public enum Kind: String, Sendable, Codable {
        /// A microphone or line input.
        case input
        /// The output of another program.
        case monitor
        /// Not a source, but the reason why a sound system offers none. `spec` is empty.
        case note
    }

    public var kind: Kind
    /// The argument for `--source`, such as `pulse:alsa_input.usb-mic`.
    public var spec: String
    /// One line for people.
    public var description: String
    /// Whether this is the sound system's default source.
    public var isDefault: Bool

    public init(kind: Kind, spec: String, description: String, isDefault: Bool = false) {
        self.kind = kind
        self.spec = spec
        self.description = description
        self.isDefault = isDefault
    }
}

/// The list that `noted --list-sources` prints: names, not indexes, because indexes change when a device is plugged in.
public enum SourceList {
    /// Queries PulseAudio, for at most two seconds, and ALSA. An absent sound server becomes a note in the list.
    ///
    /// Blocks; not for the capture or the analysis thread.
    ///
    /// - Throws: `CaptureError.listing` if ALSA's configuration is unreadable.
    public static func all() throws(CaptureError) -> [SourceDescription] {
        try all(pulseServer: nil)
    }

    static func all(pulseServer: String?) throws(CaptureError) -> [SourceDescription] {
        try PulseSourceList.all(server: pulseServer) + ALSASourceList.all()
    }
}
