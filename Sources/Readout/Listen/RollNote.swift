/// A note on the roll, in the readout's own time.
public struct RollNote: Hashable, Sendable {
    public var note: Int
    /// Seconds on the clock that `ReadoutState` is fed with, as `end`.
    public var start: Double
    /// Nil while the note sounds.
    public var end: Double?
    /// 1...127.
    public var velocity: Int
    /// The score doesn't have it.
    public var isWrong = false
}
