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

/// Distances between the features of live frames and of a score's frames. Score frames are made when they are asked for; the last ones of
/// both kinds are kept.
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
    ///   - scoreFrames: kept of the score.
    ///   - liveFrames: kept of what is heard.
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
    /// Magnitudes of a live frame.
    var bands: Int { frames.bands }

    /// Takes a live frame. Before the first that counts, those that lead to it.
    func hear(_ magnitudes: UnsafePointer<Float>, counts: Bool) {
        newest.withUnsafeMutableBufferPointer { newest in
            guard let newest = newest.baseAddress else { return }
            liveFeatures.next(magnitudes, into: newest)
            guard counts else { return }
            lives.store(newest, at: liveCount)
            liveCount += 1
        }
    }

    func seek(score: Int) {
        // Features look back.
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
