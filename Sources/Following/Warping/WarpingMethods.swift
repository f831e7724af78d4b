/// The reference methods, as they are set up.
enum WarpingMethods {
    /// Root mean square of a hop above which something is played: -50 dB of full scale.
    static let audible: Float = 0.003
    /// Hops of silence after the last onset that make an end: two seconds.
    static let silence = Int(2 * SlidingSpectrum.rate)
    /// Seconds of score and of sound that S. Dixon's path looks back on.
    private static let width = 10.0
    /// Seconds of score on each side of A. Arzt's estimate.
    private static let side = 5.0

    /// - Returns: nil for a method that isn't one of them, and for a score without sounds.
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

/// A way to find the path of on-line time warping, one live frame after the other. Allocates nothing but when it is made.
protocol ForwardWarping {
    /// The next live frame, the first of its kind, will be at this score frame.
    mutating func begin(at score: Int)

    /// Takes a live frame.
    ///
    /// - Returns: the score frame that it is believed to be at.
    mutating func advance(_ costs: some FrameCosts) -> Int
}

/// How much of a cell's cost a path pays that reaches it.
///
/// The publications have 1 or 2 for diagonal steps. With 1, paths of many small steps are dear and tempo sticks to the written one; with 2,
/// any staircase costs as much as the straight way, and what doesn't fit is passed by along an edge. Between the two both methods
/// hold on to more of the recordings in this project's hands than with either; see docs/following.md.
enum StepWeight {
    /// Of a step in both sequences; of a step in one of them it is 1.
    static let diagonal = 1.4
}
