/// How far an archive has come.
public struct ArchiveProgress: Sendable, Equatable {
    /// Seconds of recordings aligned by this run, those in hand by their share.
    public var seconds: Double
    /// Seconds of recordings that this run has to do.
    public var totalSeconds: Double
    /// Pairs done by this run.
    public var pairs: Int
    /// Pairs that this run has to do.
    public var totalPairs: Int
}
