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
