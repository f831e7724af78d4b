/// What MusicNet's metadata file says of one recording.
public struct RecordingMetadata: Sendable, Hashable {
    /// Names the files.
    public var id: String
    public var composer: String
    public var composition: String
    public var movement: String
    public var ensemble: String
    public var source: String
    public var transcriber: String
    public var catalogName: String
    /// Length of the audio; nil where the file gives none.
    public var seconds: Double?
}
