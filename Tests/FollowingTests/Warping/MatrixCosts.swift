@testable import Following

/// Costs that a function of live and score frame gives.
final class MatrixCosts: FrameCosts {
    let scoreCount: Int
    /// The newest live frame. Advance it before the path.
    var live = -1
    /// Number of score frames that were prepared.
    private(set) var known = 0
    private let cost: (_ live: Int, _ score: Int) -> Float

    init(scoreCount: Int, _ cost: @escaping (_ live: Int, _ score: Int) -> Float) {
        self.scoreCount = scoreCount
        self.cost = cost
    }

    func prepare(score: Int) { known = max(known, score + 1) }

    func seek(score: Int) { known = score }

    func writeLive(scores: Range<Int>, into costs: UnsafeMutablePointer<Float>) {
        for (index, score) in scores.enumerated() { costs[index] = cost(live, score) }
    }

    func writeScore(_ score: Int, lives: Range<Int>, into costs: UnsafeMutablePointer<Float>) {
        for (index, live) in lives.enumerated() { costs[index] = cost(live, score) }
    }

    /// Passes live frames to a path, and returns its estimates.
    func run(_ path: inout some ForwardWarping, frames: Int, from start: Int = 0) -> [Int] {
        path.begin(at: start)
        return (0..<frames).map { frame in
            live = frame
            return path.advance(self)
        }
    }
}
