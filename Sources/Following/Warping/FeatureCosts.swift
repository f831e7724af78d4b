/// The costs of matching live frames with score frames, as far as on-line time warping needs them: those of the newest
/// frame of one sequence and the last frames of the other.
protocol FrameCosts: AnyObject {
    /// Number of score frames.
    var scoreCount: Int { get }

    /// Computes score frames up to this one. Calls are in ascending order, from the frame given to ``seek(score:)`` on.
    func prepare(score: Int)

    /// Sets the next score frame to compute.
    func seek(score: Int)

    /// Writes the costs of the newest live frame and a range of computed score frames. Costs are 0 or above.
    func writeLive(scores: Range<Int>, into costs: UnsafeMutablePointer<Float>)

    /// Writes the costs of a computed score frame and a range of live frames, counted from the first.
    func writeScore(_ score: Int, lives: Range<Int>, into costs: UnsafeMutablePointer<Float>)
}

/// Distances between the features of live frames and of score frames. Score frames are computed on demand. The last
/// frames of both sequences are kept.
final class FeatureCosts: FrameCosts {
    private var frames: ScoreFrames
    private var scoreFeatures: FrameFeatures
    private var liveFeatures: FrameFeatures
    private var scores: FrameRing
    private var lives: FrameRing
    private var liveCount = 0
    private var newest: [Float]
    private var other: [Float]
    private var powers: [Float]

    /// - Parameters:
    ///   - scoreFrames: number of score frames kept.
    ///   - liveFrames: number of live frames kept.
    init(_ score: FollowingScore, kind: FrameFeatures.Kind, scoreFrames: Int, liveFrames: Int) {
        frames = ScoreFrames(score)
        scoreFeatures = FrameFeatures(kind, bands: frames.bands)
        liveFeatures = scoreFeatures
        scores = FrameRing(dimensions: scoreFeatures.dimensions, capacity: scoreFrames)
        lives = FrameRing(dimensions: scoreFeatures.dimensions, capacity: liveFrames)
        newest = [Float](repeating: 0, count: scoreFeatures.dimensions)
        other = newest
        powers = [Float](repeating: 0, count: frames.bands)
    }

    var scoreCount: Int { frames.count }
    /// Number of magnitudes of a live frame.
    var bands: Int { frames.bands }

    /// Takes a live frame. Frames before the first that counts only prepare its features.
    func addLive(_ magnitudes: UnsafePointer<Float>, isCounted: Bool) {
        newest.withUnsafeMutableBufferPointer { newest in
            guard let newest = newest.baseAddress else { return }
            liveFeatures.next(magnitudes, into: newest)
            guard isCounted else { return }
            lives.store(newest, at: liveCount)
            liveCount += 1
        }
    }

    func seek(score: Int) {
        // Features depend on the frames before.
        frames.seek(max(0, score - FrameFeatures.reach))
        scoreFeatures.reset()
        liveCount = 0
    }

    func prepare(score: Int) {
        while frames.position <= score, frames.position < frames.count {
            let index = frames.position
            powers.withUnsafeMutableBufferPointer { powers in
                other.withUnsafeMutableBufferPointer { other in
                    guard let powers = powers.baseAddress, let other = other.baseAddress else { return }
                    frames.next(into: powers)
                    for band in 0..<frames.bands { powers[band] = powers[band].squareRoot() }
                    scoreFeatures.next(powers, into: other)
                    scores.store(other, at: index)
                }
            }
        }
    }

    func writeLive(scores range: Range<Int>, into costs: UnsafeMutablePointer<Float>) {
        newest.withUnsafeBufferPointer { newest in
            guard let newest = newest.baseAddress else { return }
            scores.writeDistances(from: newest, to: range, into: costs)
        }
    }

    func writeScore(_ score: Int, lives range: Range<Int>, into costs: UnsafeMutablePointer<Float>) {
        other.withUnsafeMutableBufferPointer { other in
            guard let other = other.baseAddress else { return }
            scores.copy(score, into: other)
            lives.writeDistances(from: other, to: range, into: costs)
        }
    }
}
