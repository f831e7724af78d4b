/// A score and a recording of it.
public struct ArchivePair: Sendable, Hashable {
    /// What results are called, below the folder they go to: may hold slashes, and is unlike that of any other pair.
    public var name: String
    /// Path of the score.
    public var score: String
    /// Path of the recording.
    public var audio: String

    public init(name: String, score: String, audio: String) {
        self.name = name
        self.score = score
        self.audio = audio
    }
}
