/// What it costs to let a live frame meet a score frame, as far as on-line time warping needs it: the newest of one kind against the
/// last ones of the other.
protocol FrameCosts: AnyObject {
    /// Number of score frames.
    var scoreCount: Int { get }

    /// Makes score frames known up to this one. Asked for in ascending order, from where ``seek(score:)`` has led.
    func prepare(score: Int)

    /// The next score frame to be made known is this one.
    func seek(score: Int)

    /// Costs of the newest live frame and a range of known score frames, 0 or above.
    func writeLive(scores: Range<Int>, into costs: UnsafeMutablePointer<Float>)

    /// Costs of a known score frame and a range of live frames, counted from the first.
    func writeScore(_ score: Int, lives: Range<Int>, into costs: UnsafeMutablePointer<Float>)
}
