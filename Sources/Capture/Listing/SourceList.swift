/// A source that can be named, or a remark about why there are none.
public struct SourceDescription: Sendable, Equatable, Codable, CustomStringConvertible {
    public enum Kind: String, Sendable, Codable {
        /// Something to record from.
        case input
        /// What another program plays.
        case monitor
        /// No source, but why a sound system has none to offer. `spec` is empty.
        case note
    }

    public var kind: Kind
    /// What `--source` takes, such as `pulse:alsa_input.usb-mic`.
    public var spec: String
    /// For people, on one line.
    public var description: String
    /// Whether this is what the sound system uses when nothing is named.
    public var isDefault: Bool

    public init(kind: Kind, spec: String, description: String, isDefault: Bool = false) {
        self.kind = kind
        self.spec = spec
        self.description = description
        self.isDefault = isDefault
    }
}

/// What `noted --list-sources` shows: by name, never by index, because indexes change when something is plugged in.
public enum SourceList {
    /// Asks PulseAudio, for two seconds at most, and ALSA. An absent sound server is a note in the list.
    ///
    /// Blocks; not for the capture or the analysis thread.
    /// - Throws: `CaptureError.listing` when ALSA's configuration is unreadable.
    public static func all() throws(CaptureError) -> [SourceDescription] {
        try all(pulseServer: nil)
    }

    static func all(pulseServer: String?) throws(CaptureError) -> [SourceDescription] {
        try PulseSourceList.all(server: pulseServer) + ALSASourceList.all()
    }
}
