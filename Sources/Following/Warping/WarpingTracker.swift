import Foundation

/// Follows a score hop by hop, by the magnitudes of ``SlidingSpectrum``.
///
/// `process` allocates nothing. Its time and memory depend neither on the length of the score nor on how long it has
/// been following.
protocol FrameTracker: AnyObject {
    /// Takes the frame that ends with the newest hop.
    ///
    /// - Parameters:
    ///   - magnitudes: of the bands.
    ///   - level: root mean square of the hop.
    /// - Returns: nil until something has been played.
    func process(_ magnitudes: Span<Float>, level: Float) -> TrackedPosition?

    /// Declares that the players are at this second of the score at its written tempo, or will begin there. Waits for
    /// sound.
    func goTo(second: Double)
}

/// A tracker's estimate of the position.
struct TrackedPosition: Sendable, Equatable {
    /// Seconds of the score at its written tempo, at the newest sample.
    var second: Double
    /// Seconds of the score per second played, smoothed; 1 until it is known.
    var pace: Double
    /// Whether the score has been played to its end.
    var isEnded: Bool
}

/// A tracker that uses on-line time warping: the reference methods.
final class WarpingTracker<Path: ForwardWarping>: FrameTracker {
    private let costs: FeatureCosts
    private var path: Path
    private let firstOnset: Int
    private let lastOnset: Int
    private var start: Int
    private var isWaiting = true
    private var isEnded = false
    private var quiet = 0
    private var pace = PaceEstimate()
    // A score frame.
    private var position = 0

    init(_ score: FollowingScore, path: Path, costs: FeatureCosts) {
        self.path = path
        self.costs = costs
        firstOnset = Int((score.events.first?.seconds ?? 0) * SlidingSpectrum.rate)
        lastOnset = Int((score.events.last?.seconds ?? 0) * SlidingSpectrum.rate)
        start = firstOnset
        costs.seek(score: start)
    }

    func goTo(second: Double) {
        let frame = second.isFinite ? Int(min(max(0, second), 1e6) * SlidingSpectrum.rate) : 0
        start = min(max(firstOnset, frame), costs.scoreCount - 1)
        isWaiting = true
        isEnded = false
        quiet = 0
        pace = PaceEstimate()
        costs.seek(score: start)
    }

    func process(_ magnitudes: Span<Float>, level: Float) -> TrackedPosition? {
        let isAudible = level > WarpingMethods.audible
        if isWaiting, isAudible {
            isWaiting = false
            path.begin(at: start)
        }
        magnitudes.withUnsafeBufferPointer {
            if let base = $0.baseAddress, $0.count == costs.bands { costs.addLive(base, isCounted: !isWaiting) }
        }
        guard !isWaiting else { return nil }
        if !isEnded {
            position = path.advance(costs)
            pace.add(Double(position) / SlidingSpectrum.rate, after: 1 / SlidingSpectrum.rate)
            quiet = isAudible ? 0 : quiet + 1
            isEnded = position + 1 >= costs.scoreCount || (position >= lastOnset && quiet > WarpingMethods.silence)
        }
        return TrackedPosition(second: Double(position) / SlidingSpectrum.rate, pace: pace.pace, isEnded: isEnded)
    }
}
