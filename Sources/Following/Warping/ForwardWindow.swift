/// On-line time warping in a window that moves with the estimate (A. Arzt, G. Widmer and S. Dixon, "Automatic page
/// turning for musicians via real-time machine listening", ECAI 2008; A. Arzt, "Flexible and robust music tracking",
/// 2016).
///
/// For each live frame, the costs of the best paths to it are computed for all score frames of a window around the last
/// estimate. The new estimate is the frame with the lowest cost divided by path length. It never moves back, and
/// advances by at most `longestStep` frames at a time. For the weight of diagonal steps see ``StepWeight``.
///
/// Each frame takes O(window) and allocates nothing.
struct ForwardWindow: ForwardWarping {
    static let longestStep = 3

    /// Frames of the window before and after the estimate.
    let back: Int
    let ahead: Int
    /// Frames kept: a window and a step.
    let width: Int
    /// Live frames so far.
    private(set) var liveCount = 0
    /// The estimate: a score frame.
    private(set) var estimate = 0
    private(set) var origin = 0
    // D(live, k) at k % count, for k in `window`.
    private var sums: [Double]
    private var costs: [Float]
    private var window = 0..<0

    init(back: Int, ahead: Int) {
        self.back = max(1, back)
        self.ahead = max(1, ahead)
        width = self.back + self.ahead + 1 + Self.longestStep
        sums = [Double](repeating: .infinity, count: width)
        costs = [Float](repeating: 0, count: width)
    }

    /// Begins a path: the next live frame matches this score frame.
    mutating func begin(at score: Int) {
        liveCount = 0
        estimate = score
        origin = score
        window = score..<score
    }

    /// Takes a live frame.
    ///
    /// - Returns: the estimate.
    mutating func advance(_ source: some FrameCosts) -> Int {
        let frames = max(origin, estimate - back)..<min(source.scoreCount, estimate + ahead + 1)
        guard !frames.isEmpty else { return estimate }
        source.prepare(score: frames.upperBound - 1)
        costs.withUnsafeMutableBufferPointer {
            if let base = $0.baseAddress { source.writeLive(scores: frames, into: base) }
        }
        var best = (frame: estimate, cost: Double.infinity)
        let isFirst = liveCount == 0
        sums.withUnsafeMutableBufferPointer { sums in
            costs.withUnsafeBufferPointer { costs in
                let known = window
                var slot = frames.lowerBound % sums.count
                // The cost before the first frame of the window is known if that frame was in the last window.
                var diagonal =
                    known.contains(frames.lowerBound - 1)
                    ? sums[(frames.lowerBound - 1) % sums.count] : Double.infinity
                var before = Double.infinity
                for index in 0..<frames.count {
                    let frame = frames.lowerBound + index
                    let cost = Double(costs[index])
                    let straight = known.contains(frame) ? sums[slot] : Double.infinity
                    if isFirst, index == 0 {
                        before = cost
                    } else {
                        before = min(diagonal + StepWeight.diagonal * cost, straight + cost, before + cost)
                    }
                    sums[slot] = before
                    diagonal = straight
                    let normalised = before / Double(liveCount + 1 + frame - origin)
                    if normalised <= best.cost { best = (frame, normalised) }
                    slot = slot + 1 == sums.count ? 0 : slot + 1
                }
            }
        }
        window = frames
        liveCount += 1
        estimate = min(max(best.frame, estimate), estimate + Self.longestStep)
        return estimate
    }

    /// The cost of the best path to the newest live frame and a score frame; infinite outside the window.
    func cost(score frame: Int) -> Double { window.contains(frame) ? sums[frame % sums.count] : .infinity }
}
