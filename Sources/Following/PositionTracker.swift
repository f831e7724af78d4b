/// Follows a score, fed with audio hop by hop. ``Follower`` is the one there is; tests of those who use it have their own.
///
/// One thread at a time. `process` allocates nothing, and takes the same time however long it has been following.
public protocol PositionTracker: AnyObject {
    /// Takes the next 512 samples at 44.1 kHz, mono.
    func process(_ hop: Span<Float>) -> FollowingReport

    /// So many samples were lost. The players went on meanwhile.
    func skip(_ samples: Int64)

    /// The players are, or will begin, at this beat of the order of play.
    func goTo(beat: Double)

    /// Holds the position, whatever is played, until ``resume()``.
    func pause()

    func resume()
}
