/// The reference methods and their parameters.
enum WarpingMethods {
    /// Root mean square of a hop above which something is played: -50 dBFS.
    static let audible: Float = 0.003
    /// Hops of silence after the last onset that end the score: two seconds.
    static let silence = Int(2 * SlidingSpectrum.rate)
    /// Seconds of score and audio in the columns and rows of S. Dixon's path.
    private static let width = 10.0
    /// Seconds of score on each side of A. Arzt's estimate.
    private static let side = 5.0

    /// - Returns: nil for another method, and for a score without sounds.
    static func tracker(_ method: FollowingMethod, _ score: FollowingScore) -> (any FrameTracker)? {
        guard score.templates.count > 0 else { return nil }
        switch method {
        case .dixon:
            let width = Int(width * SlidingSpectrum.rate)
            let costs = FeatureCosts(score, kind: .onsets, scoreFrames: width, liveFrames: width)
            return WarpingTracker(score, path: ForwardPath(width: width), costs: costs)
        case .arzt:
            let side = Int(side * SlidingSpectrum.rate)
            let path = ForwardWindow(back: side, ahead: side)
            let costs = FeatureCosts(score, kind: .spectrum, scoreFrames: path.width, liveFrames: 1)
            return WarpingTracker(score, path: path, costs: costs)
        case .standard: return nil
        }
    }
}

/// A search for the path of on-line time warping, one live frame at a time. Allocates nothing after `init`.
protocol ForwardWarping {
    /// Begins a path: the next live frame, which is the first, matches this score frame.
    mutating func begin(at score: Int)

    /// Takes a live frame.
    ///
    /// - Returns: the estimate of the score frame that matches it.
    mutating func advance(_ costs: some FrameCosts) -> Int
}

/// The factor of a cell's cost in the cost of a path, by the step that reaches it.
///
/// The publications have 1 or 2 for diagonal steps. With 1, paths of many single steps are expensive, and the tempo
/// stays near the written one. With 2, any staircase costs as much as the diagonal, and passages that don't match are
/// skipped along an edge. A value between the two keeps both methods on more of the recordings of this project; see
/// docs/following.md.
enum StepWeight {
    /// For a step in both sequences; for a step in one of them it is 1.
    static let diagonal = 1.4
}
