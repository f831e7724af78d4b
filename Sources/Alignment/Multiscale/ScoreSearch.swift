import Foundation
import Kernels

/// Finds which way a recording takes through a score: where it begins and ends, what it leaves out and plays again.
///
/// The least sum of costs over the recording's frames (a Viterbi search over all places of the score). Every frame is either at a place
/// of the score, at the cost of how unlike the two are, or foreign to it, before the music begins or after it ends. From a frame to
/// the next the place stays, or moves on by one to three frames; or it jumps, rather from the end of a measure to the beginning of
/// another than elsewhere, at a price that only a jump that explains several seconds of music better is worth.
///
/// Time and memory (a byte) go with the product of both lengths.
struct ScoreSearch {
    /// In units of a frame that fits not at all (1) and one that fits perfectly (0).
    struct Prices: Sendable {
        /// A jump from the end of any measure to the beginning of any other.
        var jump: Float = 25
        /// A jump that the score's repeat signs suggest.
        var repeatJump: Float = 8
        /// A jump from anywhere to any onset.
        var anyJump: Float = 27
        /// Staying at a frame of the score. Dear enough that the tempo doesn't waver without reason.
        var stay: Float = 0.2
        /// Passing over a frame of the score.
        var skip: Float = 0.2
        /// Passing over two.
        var skipTwo: Float = 0.6
        /// A loud frame that isn't music of the score.
        var foreign: Float = 0.75
    }

    /// A jump that the score's signs suggest: from the end of the measure before a boundary to another boundary.
    struct Jump: Sendable, Hashable {
        /// Indices in `boundaries`; `boundaries.count` is the end of the score.
        var from: Int
        var to: Int
    }

    /// Recording frames whose costs are computed at a time.
    private static let block = 64
    private enum Step {
        static let jump: UInt8 = 4
        static let begin: UInt8 = 5
        static let anyJump: UInt8 = 6
        /// From here on, the number of a suggested jump.
        static let suggested: UInt8 = 7
    }

    let score: CoarseFeatures
    let recording: CoarseFeatures
    /// Frames of the score at which measures begin: ascending, the first one 0.
    let boundaries: [Int]
    /// Frames of the score in which notes begin, ascending.
    let onsets: [Int]
    let suggested: [Jump]
    var prices = Prices()

    /// - Returns: for each frame of the recording the frame of the score, or -1 where it is foreign; and the mean cost of the frames
    ///   that aren't.
    func run(progress: (Double) throws -> Void) throws -> (places: [Int], cost: Double) {
        let (m, n) = (score.count, recording.count)
        guard m > 0, n > 0 else { return ([Int](repeating: -1, count: n), 1) }
        let foreign = foreignCosts()
        let jumps = suggested.prefix(200).map {
            (end: ($0.from < boundaries.count ? boundaries[$0.from] : m) - 1, start: boundaries[$0.to])
        }.filter { $0.end >= 0 && $0.start < m }
        let ends = boundaries.dropFirst().map { $0 - 1 } + [m - 1]
        var steps = [UInt8](repeating: 0, count: m * n)
        // Before each frame: the place a jump would come from, and the one where the music ended, if it did (else -1).
        var jumpEnds = [Int32](repeating: 0, count: n)
        var anyEnds = jumpEnds
        var musicEnds = [Int32](repeating: -1, count: n)
        var sums = [Float](repeating: .infinity, count: m)
        var next = sums
        var before: Float = 0
        var after = Float.infinity
        var packed = [Float](repeating: 0, count: nk_packed_size(CoarseFeatures.dimensions, m))
        transposed().withUnsafeBufferPointer {
            nk_pack($0.baseAddress, m, CoarseFeatures.dimensions, m, &packed)
        }
        var products = [Float](repeating: 0, count: Self.block * m)
        for frame in 0..<n {
            if frame % Self.block == 0 {
                multiply(packed, from: frame, into: &products)
                try progress(Double(frame) / Double(n))
            }
            var bestEnd = ends[0]
            for end in ends where sums[end] < sums[bestEnd] { bestEnd = end }
            let bestSum = sums[bestEnd]
            jumpEnds[frame] = Int32(bestEnd)
            var bestPlace = 0
            for place in 0..<m where sums[place] < sums[bestPlace] { bestPlace = place }
            let anySum = sums[bestPlace] + prices.anyJump
            anyEnds[frame] = Int32(bestPlace)
            // Without the whole score behind it, an end is as dear as a jump.
            if sums[m - 1] <= bestSum + prices.jump, sums[m - 1] < after {
                (after, musicEnds[frame]) = (sums[m - 1], Int32(m - 1))
            } else if bestSum + prices.jump < after {
                (after, musicEnds[frame]) = (bestSum + prices.jump, Int32(bestEnd))
            }
            after += foreign[frame]
            steps.withUnsafeMutableBufferPointer { steps in
                products.withUnsafeBufferPointer { products in
                    advance(
                        sums: sums, into: &next,
                        products: UnsafeBufferPointer(
                            rebasing: products[frame % Self.block * m..<(frame % Self.block + 1) * m]),
                        steps: UnsafeMutableBufferPointer(rebasing: steps[frame * m..<(frame + 1) * m]))
                    for onset in onsets {
                        let sum = anySum + 1 - products[frame % Self.block * m + onset]
                        guard sum < next[onset] else { continue }
                        next[onset] = sum
                        steps[frame * m + onset] = Step.anyJump
                    }
                    for boundary in boundaries {
                        let cost = 1 - products[frame % Self.block * m + boundary]
                        if bestSum + prices.jump + cost < next[boundary] {
                            next[boundary] = bestSum + prices.jump + cost
                            steps[frame * m + boundary] = Step.jump
                        }
                        let begun = before + (boundary == 0 ? 0 : prices.jump)
                        if begun + cost < next[boundary] {
                            next[boundary] = begun + cost
                            steps[frame * m + boundary] = Step.begin
                        }
                    }
                    for (number, jump) in jumps.enumerated() {
                        let cost = 1 - products[frame % Self.block * m + jump.start]
                        let sum = sums[jump.end] + prices.repeatJump + cost
                        guard sum < next[jump.start] else { continue }
                        next[jump.start] = sum
                        steps[frame * m + jump.start] = Step.suggested + UInt8(number)
                    }
                }
            }
            before += foreign[frame]
            swap(&sums, &next)
        }
        // Where the path ends.
        var last = m - 1
        var least = Float.infinity
        let isEnd = Set(ends)
        for place in 0..<m {
            let sum = sums[place] + (place == m - 1 ? 0 : prices.jump * (isEnd.contains(place) ? 1 : 1.5))
            if sum < least { (least, last) = (sum, place) }
        }
        return trace(steps, jumpEnds, anyEnds, musicEnds, jumps: jumps, endsForeign: after < least, last: last)
    }

    /// The steps within the score, by one frame of the recording.
    private func advance(
        sums: [Float], into next: inout [Float], products: UnsafeBufferPointer<Float>,
        steps: UnsafeMutableBufferPointer<UInt8>
    ) {
        let m = score.count
        sums.withUnsafeBufferPointer { sums in
            next.withUnsafeMutableBufferPointer { next in
                for place in 0..<m {
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
                    steps[place] = step
                }
            }
        }
    }

    private func trace(
        _ steps: [UInt8], _ jumpEnds: [Int32], _ anyEnds: [Int32], _ musicEnds: [Int32],
        jumps: [(end: Int, start: Int)],
        endsForeign: Bool, last: Int
    ) -> (places: [Int], cost: Double) {
        let (m, n) = (score.count, recording.count)
        var places = [Int](repeating: -1, count: n)
        var frame = n - 1
        var place = last
        if endsForeign {
            while frame >= 0, musicEnds[frame] < 0 { frame -= 1 }
            if frame >= 0 { place = Int(musicEnds[frame]) }
            // The frame before was the music's last.
            frame -= 1
        }
        while frame >= 0 {
            places[frame] = place
            let step = steps[frame * m + place]
            if step == Step.begin { break }
            if step == Step.jump {
                place = Int(jumpEnds[frame])
            } else if step == Step.anyJump {
                place = Int(anyEnds[frame])
            } else if step >= Step.suggested {
                place = jumps[Int(step - Step.suggested)].end
            } else {
                place -= Int(step)
            }
            frame -= 1
        }
        var sum = 0.0
        var count = 0
        for (frame, place) in places.enumerated() where place >= 0 {
            sum += cost(place, frame)
            count += 1
        }
        return (places, sum / Double(max(1, count)))
    }

    /// How unlike a frame of the score and one of the recording are: 0 to 2.
    func cost(_ place: Int, _ frame: Int) -> Double {
        let size = CoarseFeatures.dimensions
        var product: Float = 0
        for index in 0..<size { product += score.values[place * size + index] * recording.values[frame * size + index] }
        return 1 - Double(product)
    }

    /// What it costs to take a frame for no music of the score: little where it is quiet, as before the first note and while the last
    /// one dies away.
    private func foreignCosts() -> [Float] {
        let loud = recording.loudness.sorted()[safe: recording.count * 9 / 10] ?? 0
        return recording.loudness.map { prices.foreign * min(max(1 + ($0 - loud + 2) / 3, 0.3), 1) }
    }

    private func transposed() -> [Float] {
        let (m, size) = (score.count, CoarseFeatures.dimensions)
        var result = [Float](repeating: 0, count: m * size)
        for place in 0..<m { for index in 0..<size { result[index * m + place] = score.values[place * size + index] } }
        return result
    }

    private func multiply(_ packed: [Float], from frame: Int, into products: inout [Float]) {
        let (m, size) = (score.count, CoarseFeatures.dimensions)
        let rows = min(Self.block, recording.count - frame)
        recording.values.withUnsafeBufferPointer { values in
            guard let base = values.baseAddress else { return }
            nk_gemm(
                rows, m, size, base + frame * size, size, packed, &products, m, NK_PANEL, 0)
        }
    }
}
