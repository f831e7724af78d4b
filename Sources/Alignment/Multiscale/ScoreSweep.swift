/// The accumulated costs of `ScoreSearch` for one recording frame after another, and the steps for the traceback.
struct ScoreSweep {
    /// Leads from the last position before the jump to the first position after it.
    struct Jump {
        var end: Int
        var start: Int
    }

    /// How a position was reached. Values below `jump` are the number of positions advanced.
    private enum Step {
        static let jump: UInt8 = 4
        static let anyJump: UInt8 = 5
        static let begin: UInt8 = 6
        /// The first suggested jump; the others follow.
        static let suggested: UInt8 = 7
    }

    private let count: Int
    private let boundaries: [Int]
    private let onsets: [Int]
    private let jumps: [Jump]
    private let penalties: ScoreSearch.Penalties
    /// The last positions of measures.
    private let ends: [Int]

    /// The minimum cost of reaching each position, in the previous and in the current frame.
    private var sums: [Float]
    private var next: [Float]
    /// The minimum cost of being before and after the music.
    private var before: Float = 0
    private var after = Float.infinity
    /// For each frame, how each position was reached.
    private var steps: [UInt8]
    /// For each frame: the origin of a jump from the end of a measure, the origin of a jump from any position, and the
    /// position at which the music ended, or -1 if it did not end in the previous frame.
    private var measureJumps: [Int32]
    private var anyJumps: [Int32]
    private var musicEnds: [Int32]

    /// - Parameters:
    ///   - boundaries: positions at which measures begin, ascending from 0.
    ///   - onsets: positions at which notes begin.
    ///   - jumps: the suggested jumps.
    init(
        positions count: Int, frames: Int, boundaries: [Int], onsets: [Int], jumps: [Jump],
        penalties: ScoreSearch.Penalties
    ) {
        self.count = count
        self.boundaries = boundaries
        self.onsets = onsets
        self.jumps = jumps
        self.penalties = penalties
        ends = boundaries.dropFirst().map { $0 - 1 } + [count - 1]
        sums = [Float](repeating: .infinity, count: count)
        next = sums
        steps = [UInt8](repeating: 0, count: count * frames)
        measureJumps = [Int32](repeating: 0, count: frames)
        anyJumps = measureJumps
        musicEnds = [Int32](repeating: -1, count: frames)
    }

    /// Processes the next frame.
    ///
    /// - Parameters:
    ///   - products: the similarity of each position to the frame.
    ///   - foreign: the cost of treating the frame as foreign.
    mutating func process(_ frame: Int, products: UnsafeBufferPointer<Float>, foreign: Float) {
        var measureEnd = ends[0]
        for end in ends where sums[end] < sums[measureEnd] { measureEnd = end }
        var any = 0
        for position in 0..<count where sums[position] < sums[any] { any = position }
        measureJumps[frame] = Int32(measureEnd)
        anyJumps[frame] = Int32(any)
        endMusic(frame, bestEnd: measureEnd)
        advance(frame, products)
        let row = frame * count
        for onset in onsets {
            improve(onset, sums[any] + penalties.anyJump + 1 - products[onset], by: Step.anyJump, row)
        }
        for boundary in boundaries {
            let cost = 1 - products[boundary]
            improve(boundary, sums[measureEnd] + penalties.jump + cost, by: Step.jump, row)
            // Beginning within the score costs as much as a jump.
            improve(boundary, before + (boundary == 0 ? 0 : penalties.jump) + cost, by: Step.begin, row)
        }
        for (number, jump) in jumps.enumerated() {
            let sum = sums[jump.end] + penalties.repeatJump + 1 - products[jump.start]
            improve(jump.start, sum, by: Step.suggested + UInt8(number), row)
        }
        before += foreign
        after += foreign
        swap(&sums, &next)
    }

    private mutating func improve(_ position: Int, _ sum: Float, by step: UInt8, _ row: Int) {
        guard sum < next[position] else { return }
        next[position] = sum
        steps[row + position] = step
    }

    /// The music may have ended with the previous frame. Ending before the end of the score costs as much as a jump.
    private mutating func endMusic(_ frame: Int, bestEnd: Int) {
        let (whole, part) = (sums[count - 1], sums[bestEnd] + penalties.jump)
        guard min(whole, part) < after else { return }
        after = min(whole, part)
        musicEnds[frame] = Int32(whole <= part ? count - 1 : bestEnd)
    }

    /// Evaluates the steps without a jump.
    private mutating func advance(_ frame: Int, _ products: UnsafeBufferPointer<Float>) {
        let (count, penalties) = (count, penalties)
        sums.withUnsafeBufferPointer { sums in
            next.withUnsafeMutableBufferPointer { next in
                steps.withUnsafeMutableBufferPointer { steps in
                    for position in 0..<count {
                        var best = sums[position] + penalties.stay
                        var step: UInt8 = 0
                        if position >= 1, sums[position - 1] < best { (best, step) = (sums[position - 1], 1) }
                        if position >= 2, sums[position - 2] + penalties.skip < best {
                            (best, step) = (sums[position - 2] + penalties.skip, 2)
                        }
                        if position >= 3, sums[position - 3] + penalties.skipTwo < best {
                            (best, step) = (sums[position - 3] + penalties.skipTwo, 3)
                        }
                        next[position] = best + 1 - products[position]
                        steps[frame * count + position] = step
                    }
                }
            }
        }
    }

    /// The path of minimum cost: for each frame its score position, or -1 if it is foreign.
    func positions() -> [Int] {
        var positions = [Int](repeating: -1, count: musicEnds.count)
        var frame = positions.count - 1
        var position = lastPosition()
        if position < 0 {
            while frame >= 0, musicEnds[frame] < 0 { frame -= 1 }
            if frame >= 0 { position = Int(musicEnds[frame]) }
            // The previous frame was the last one of the music.
            frame -= 1
        }
        while frame >= 0 {
            positions[frame] = position
            switch steps[frame * count + position] {
            case Step.begin: return positions
            case Step.jump: position = Int(measureJumps[frame])
            case Step.anyJump: position = Int(anyJumps[frame])
            case let step where step >= Step.suggested: position = jumps[Int(step - Step.suggested)].end
            case let step: position -= Int(step)
            }
            frame -= 1
        }
        return positions
    }

    /// The position of the last frame, or -1 if the music has ended by then.
    private func lastPosition() -> Int {
        let isEnd = Set(ends)
        var last = count - 1
        var minimum = Float.infinity
        for position in 0..<count {
            let sum =
                sums[position] + (position == count - 1 ? 0 : penalties.jump * (isEnd.contains(position) ? 1 : 1.5))
            if sum < minimum { (minimum, last) = (sum, position) }
        }
        return after < minimum ? -1 : last
    }
}
