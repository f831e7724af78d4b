/// The forward path of on-line time warping (S. Dixon, "Live tracking of musical performances using on-line time
/// warping", DAFx 2005; S. Dixon and G. Widmer, "MATCH: a music alignment tool chest", ISMIR 2005).
///
/// Two sequences are matched from a common beginning. The costs of two kinds of best paths are known: those to the
/// newest live frame and one of the last `width` score frames (a column), and those to the newest score frame and one
/// of the last `width` live frames (a row). The cell with the lowest cost divided by path length decides which sequence
/// advances: both if it is the corner, the live sequence if it is elsewhere in the column, and the score if it is
/// elsewhere in the row. A sequence advances alone at most `longestRun` times in a row.
///
/// The length of a path is the total number of its steps in both sequences, which is the same for all paths to a cell.
///
/// Deviations from the publications:
/// - Live frames arrive in real time. The steps of the score alone that follow one are made at once, and the next
///   decision waits for the next live frame.
/// - The path begins at any score frame.
/// - Both sequences advance without a decision for `warmUp` frames only, instead of `width`, which loses players who
///   begin at another tempo.
/// - Diagonal steps have a weight of their own, see ``StepWeight``.
///
/// Each step takes O(width) and allocates nothing.
struct ForwardPath: ForwardWarping {
    /// The sequence that advances next.
    enum Step { case live, score, both }

    static let longestRun = 3
    /// One second of frames of 512 samples.
    static let warmUp = 86

    let width: Int
    /// The newest live frame, -1 before the first.
    private(set) var live = -1
    /// The newest score frame.
    private(set) var score = 0
    /// The score frame that matches live frame 0.
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

    /// Begins a path: the next live frame matches this score frame.
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
    /// - Returns: the score frame at which the best path to it ends.
    mutating func advance(_ costs: some FrameCosts) -> Int {
        if live < 0 {
            start(costs)
        } else {
            takeLive(costs)
            if next == .both { takeScore(costs) }
            record(next)
        }
        next = decide(scoreCount: costs.scoreCount)
        while next == .score {
            takeScore(costs)
            record(.score)
            next = decide(scoreCount: costs.scoreCount)
        }
        return bestOfColumn().frame
    }

    /// The cost of the best path to the newest live frame and a score frame; infinite if it is unknown.
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

    /// Extends the paths to a range of frames by one step in the other sequence.
    private static func extend(_ sums: inout [Double], _ range: ClosedRange<Int>, _ costs: [Float]) {
        sums.withUnsafeMutableBufferPointer { sums in
            costs.withUnsafeBufferPointer { costs in
                let width = sums.count
                var slot = range.lowerBound % width
                // Costs from outside the window are unknown.
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

    private mutating func record(_ step: Step) {
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

    /// The end of the best path among those at the newest live frame, by cost per length; of several equal ones, the
    /// last.
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
