/// On-line time warping's forward path (S. Dixon, "Live tracking of musical performances using on-line time warping", DAFx 2005; S. Dixon and
/// G. Widmer, "MATCH: a music alignment tool chest", ISMIR 2005).
///
/// Two sequences are matched from a common beginning. Known are the costs of the best paths to the newest live frame from the last
/// `width` score frames (a column), and to the newest score frame from the last `width` live frames (a row). The best of their ends,
/// by cost divided by path length, tells what comes next: if it is the corner, a frame of each; if it is short of the newest score
/// frame, the live sequence has to catch up; otherwise the score. A sequence goes on alone at most `longestRun` times.
///
/// A path's length is the number of its steps in each of the sequences together, which is the same for all paths to a cell.
///
/// Deviations: a live frame comes when it comes, so the steps of the score alone that follow it are made at once, and the decision for
/// what follows waits for the next live frame; the beginning is any score frame; both sequences go on without a decision for
/// `warmUp` frames only, not for `width`, which loses players who begin at another tempo; and diagonal steps have a weight of their
/// own, see ``StepWeight``. Rings of `width` costs, O(width) a step, no allocation.
struct ForwardPath: ForwardWarping {
    /// What is taken next.
    enum Step { case live, score, both }

    static let longestRun = 3
    /// One second of frames of 512 samples.
    static let warmUp = 86

    let width: Int
    /// The newest live frame, -1 before the first.
    private(set) var live = -1
    /// The newest score frame.
    private(set) var score = 0
    /// The score frame at which live frame 0 was.
    private(set) var origin = 0
    // D(live, k) at k % width, for the last `width` score frames; D(k, score) likewise.
    private var column: [Double]
    private var row: [Double]
    private var local: [Float]
    private var next = Step.both
    private var run = 0
    private var lastAlone = Step.both

    init(width: Int) {
        self.width = max(2, width)
        column = [Double](repeating: .infinity, count: self.width)
        row = column
        local = [Float](repeating: 0, count: self.width)
    }

    /// The next live frame will be at this score frame.
    mutating func begin(at score: Int) {
        live = -1
        self.score = score
        origin = score
        next = .both
        run = 0
        lastAlone = .both
    }

    /// Takes a live frame.
    ///
    /// - Returns: the score frame where the best path to it ends.
    mutating func advance(_ costs: some FrameCosts) -> Int {
        if live < 0 {
            start(costs)
        } else {
            takeLive(costs)
            if next == .both { takeScore(costs) }
            note(next)
        }
        next = decide(scoreCount: costs.scoreCount)
        while next == .score {
            takeScore(costs)
            note(.score)
            next = decide(scoreCount: costs.scoreCount)
        }
        return bestOfColumn().frame
    }

    /// The cost of the best path to the newest live frame from a score frame; infinite where it isn't known.
    func cost(score frame: Int) -> Double {
        frame <= score && frame > score - width && frame >= origin ? column[frame % width] : .infinity
    }

    private mutating func start(_ costs: some FrameCosts) {
        live = 0
        costs.prepare(score: score)
        costs.writeLive(scores: score..<score + 1, into: &local)
        column[score % width] = Double(local[0])
        row[0] = Double(local[0])
    }

    private mutating func takeLive(_ costs: some FrameCosts) {
        live += 1
        let first = max(origin, score - width + 1)
        costs.writeLive(scores: first..<score + 1, into: &local)
        Self.extend(&column, first...score, local)
        row[live % width] = column[score % width]
    }

    private mutating func takeScore(_ costs: some FrameCosts) {
        guard score + 1 < costs.scoreCount else { return }
        score += 1
        costs.prepare(score: score)
        let first = max(0, live - width + 1)
        costs.writeScore(score, lives: first..<live + 1, into: &local)
        Self.extend(&row, first...live, local)
        column[score % width] = row[live % width]
    }

    /// From the costs of paths to the frames of a range to those of one step further in the other sequence.
    private static func extend(_ sums: inout [Double], _ range: ClosedRange<Int>, _ costs: [Float]) {
        sums.withUnsafeMutableBufferPointer { sums in
            costs.withUnsafeBufferPointer { costs in
                let width = sums.count
                var slot = range.lowerBound % width
                // What would come from beyond the window isn't known.
                var diagonal = Double.infinity
                var before = Double.infinity
                for index in 0..<range.count {
                    let cost = Double(costs[index])
                    let straight = sums[slot]
                    before = min(diagonal + StepWeight.diagonal * cost, straight + cost, before + cost)
                    sums[slot] = before
                    diagonal = straight
                    slot = slot + 1 == width ? 0 : slot + 1
                }
            }
        }
    }

    private mutating func note(_ step: Step) {
        if step == lastAlone { run += 1 } else { run = 1 }
        if step != .both { lastAlone = step }
    }

    private func decide(scoreCount: Int) -> Step {
        if score + 1 >= scoreCount { return .live }
        if live + 1 < min(width, Self.warmUp) { return .both }
        if run > Self.longestRun, lastAlone != .both { return lastAlone == .live ? .score : .live }
        let ofColumn = bestOfColumn()
        let ofRow = bestOfRow()
        if ofColumn.frame == score, ofRow.frame == live { return .both }
        return ofRow.cost < ofColumn.cost ? .score : .live
    }

    /// The end of the best path among those at the newest live frame, by cost per length; of equal ones the last.
    private func bestOfColumn() -> (frame: Int, cost: Double) {
        Self.best(column, frames: max(origin, score - width + 1)...score, length: live + 1 - origin)
    }

    private func bestOfRow() -> (frame: Int, cost: Double) {
        Self.best(row, frames: max(0, live - width + 1)...live, length: score + 1 - origin)
    }

    private static func best(
        _ sums: [Double], frames: ClosedRange<Int>, length: Int
    ) -> (frame: Int, cost: Double) {
        sums.withUnsafeBufferPointer { sums in
            var best = (frame: frames.upperBound, cost: Double.infinity)
            var slot = frames.lowerBound % sums.count
            for frame in frames {
                let cost = sums[slot] / Double(max(1, frame + length))
                if cost <= best.cost { best = (frame, cost) }
                slot = slot + 1 == sums.count ? 0 : slot + 1
            }
            return best
        }
    }
}
