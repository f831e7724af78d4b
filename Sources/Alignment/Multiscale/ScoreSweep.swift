/// The sums of `ScoreSearch` as it goes through a recording frame by frame, and the steps that lead back.
struct ScoreSweep {
    /// From the last place before it to the first place after it.
    struct Jump {
        var end: Int
        var start: Int
    }

    /// How a place was come to. Below `jump`: by as many places forwards.
    private enum Step {
        static let jump: UInt8 = 4
        static let anyJump: UInt8 = 5
        static let begin: UInt8 = 6
        /// From here on, the number of a suggested jump.
        static let suggested: UInt8 = 7
    }

    private let count: Int
    private let boundaries: [Int]
    private let onsets: [Int]
    private let jumps: [Jump]
    private let prices: ScoreSearch.Prices
    /// The last places of measures.
    private let ends: [Int]

    /// The least sum of a way to each place, and the one being made.
    private var sums: [Float]
    private var next: [Float]
    /// The least sum of being before the music, and after it.
    private var before: Float = 0
    private var after = Float.infinity
    /// For each frame, how each place was come to.
    private var steps: [UInt8]
    /// For each frame, the place that a jump from the end of a measure would come from, one from anywhere, and the one after which the
    /// music ended; -1 if it didn't just then.
    private var barJumps: [Int32]
    private var anyJumps: [Int32]
    private var musicEnds: [Int32]

    /// - Parameters:
    ///   - boundaries: places at which measures begin, ascending from 0.
    ///   - onsets: places at which notes begin.
    ///   - jumps: suggested ones.
    init(
        places count: Int, frames: Int, boundaries: [Int], onsets: [Int], jumps: [Jump], prices: ScoreSearch.Prices
    ) {
        self.count = count
        self.boundaries = boundaries
        self.onsets = onsets
        self.jumps = jumps
        self.prices = prices
        ends = boundaries.dropFirst().map { $0 - 1 } + [count - 1]
        sums = [Float](repeating: .infinity, count: count)
        next = sums
        steps = [UInt8](repeating: 0, count: count * frames)
        barJumps = [Int32](repeating: 0, count: frames)
        anyJumps = barJumps
        musicEnds = [Int32](repeating: -1, count: frames)
    }

    /// Takes the next frame.
    ///
    /// - Parameters:
    ///   - products: for each place, how like the frame it is.
    ///   - foreign: what it costs to take the frame for no music of the score.
    mutating func take(_ frame: Int, products: UnsafeBufferPointer<Float>, foreign: Float) {
        var bar = ends[0]
        for end in ends where sums[end] < sums[bar] { bar = end }
        var any = 0
        for place in 0..<count where sums[place] < sums[any] { any = place }
        barJumps[frame] = Int32(bar)
        anyJumps[frame] = Int32(any)
        endMusic(frame, bestEnd: bar)
        moveOn(frame, products)
        let row = frame * count
        for onset in onsets {
            improve(onset, sums[any] + prices.anyJump + 1 - products[onset], by: Step.anyJump, row)
        }
        for boundary in boundaries {
            let cost = 1 - products[boundary]
            improve(boundary, sums[bar] + prices.jump + cost, by: Step.jump, row)
            // To begin within the score is as dear as a jump.
            improve(boundary, before + (boundary == 0 ? 0 : prices.jump) + cost, by: Step.begin, row)
        }
        for (number, jump) in jumps.enumerated() {
            let sum = sums[jump.end] + prices.repeatJump + 1 - products[jump.start]
            improve(jump.start, sum, by: Step.suggested + UInt8(number), row)
        }
        before += foreign
        after += foreign
        swap(&sums, &next)
    }

    private mutating func improve(_ place: Int, _ sum: Float, by step: UInt8, _ row: Int) {
        guard sum < next[place] else { return }
        next[place] = sum
        steps[row + place] = step
    }

    /// The music may have ended with the frame before: without the whole score behind it, at the price of a jump.
    private mutating func endMusic(_ frame: Int, bestEnd: Int) {
        let (whole, part) = (sums[count - 1], sums[bestEnd] + prices.jump)
        guard min(whole, part) < after else { return }
        after = min(whole, part)
        musicEnds[frame] = Int32(whole <= part ? count - 1 : bestEnd)
    }

    /// The steps within the score.
    private mutating func moveOn(_ frame: Int, _ products: UnsafeBufferPointer<Float>) {
        let (count, prices) = (count, prices)
        sums.withUnsafeBufferPointer { sums in
            next.withUnsafeMutableBufferPointer { next in
                steps.withUnsafeMutableBufferPointer { steps in
                    for place in 0..<count {
                        var best = sums[place] + prices.stay
                        var step: UInt8 = 0
                        if place >= 1, sums[place - 1] < best { (best, step) = (sums[place - 1], 1) }
                        if place >= 2, sums[place - 2] + prices.skip < best {
                            (best, step) = (sums[place - 2] + prices.skip, 2)
                        }
                        if place >= 3, sums[place - 3] + prices.skipTwo < best {
                            (best, step) = (sums[place - 3] + prices.skipTwo, 3)
                        }
                        next[place] = best + 1 - products[place]
                        steps[frame * count + place] = step
                    }
                }
            }
        }
    }

    /// The way of the least sum: for each frame its place, -1 where it is foreign.
    func places() -> [Int] {
        var places = [Int](repeating: -1, count: musicEnds.count)
        var frame = places.count - 1
        var place = lastPlace()
        if place < 0 {
            while frame >= 0, musicEnds[frame] < 0 { frame -= 1 }
            if frame >= 0 { place = Int(musicEnds[frame]) }
            // The frame before was the music's last.
            frame -= 1
        }
        while frame >= 0 {
            places[frame] = place
            switch steps[frame * count + place] {
            case Step.begin: return places
            case Step.jump: place = Int(barJumps[frame])
            case Step.anyJump: place = Int(anyJumps[frame])
            case let step where step >= Step.suggested: place = jumps[Int(step - Step.suggested)].end
            case let step: place -= Int(step)
            }
            frame -= 1
        }
        return places
    }

    /// Where the last frame is: -1 if the music is over by then.
    private func lastPlace() -> Int {
        let isEnd = Set(ends)
        var last = count - 1
        var least = Float.infinity
        for place in 0..<count {
            let sum = sums[place] + (place == count - 1 ? 0 : prices.jump * (isEnd.contains(place) ? 1 : 1.5))
            if sum < least { (least, last) = (sum, place) }
        }
        return after < least ? -1 : last
    }
}
