import Foundation
import Kernels

/// Finds the route of a recording through a score: where it begins and ends, and what it omits or repeats.
///
/// A Viterbi search minimises the total cost over the recording's frames. Each frame either matches a position of the
/// score, at a cost that grows with their dissimilarity, or is foreign: before or after the music. Between two frames
/// the position stays, advances by one to three frames, or jumps. Jumps from the end of a measure to the beginning of
/// another are cheaper than other jumps. The penalties are high enough that a jump must explain several seconds of
/// music better.
///
/// Time and memory (one byte per cell) grow with the product of both lengths.
struct ScoreSearch {
    /// Penalties on a scale where a frame costs 0 if it matches perfectly and 1 if it is unrelated.
    struct Penalties: Sendable {
        /// A jump from the end of any measure to the beginning of any other.
        var jump: Float = 25
        /// A jump that the score's repeat signs suggest.
        var repeatJump: Float = 8
        /// A jump from any position to any onset.
        var anyJump: Float = 27
        /// Staying at a score frame. High enough to keep the tempo steady.
        var stay: Float = 0.2
        /// Skipping one score frame.
        var skip: Float = 0.2
        /// Skipping two score frames.
        var skipTwo: Float = 0.6
        /// A loud frame that does not belong to the score.
        var foreign: Float = 0.75
    }

    /// A jump suggested by repeat signs: from the end of the measure before one boundary to another boundary.
    struct Jump: Sendable, Hashable {
        /// Indices in `boundaries`; `boundaries.count` is the end of the score.
        var from: Int
        var to: Int
    }

    /// Number of recording frames whose costs are computed at once.
    private static let block = 64
    /// Maximum number of suggested jumps.
    private static let maximumSuggested = 200

    let score: CoarseFeatures
    let recording: CoarseFeatures
    /// Score frames in which measures begin; ascending from 0.
    let boundaries: [Int]
    /// Score frames in which notes begin; ascending.
    let onsets: [Int]
    let suggested: [Jump]
    var penalties = Penalties()

    /// - Returns: for each recording frame its score frame, or -1 if it is foreign; and the mean cost of the frames
    ///   that are not.
    func run(progress: (Double) throws -> Void) throws -> (positions: [Int], cost: Double) {
        let (m, n) = (score.count, recording.count)
        guard m > 0, n > 0 else { return ([Int](repeating: -1, count: n), 1) }
        let foreign = foreignCosts()
        var sweep = ScoreSweep(
            positions: m, frames: n, boundaries: boundaries, onsets: onsets, jumps: jumps, penalties: penalties)
        var packed = [Float](repeating: 0, count: nk_packed_size(CoarseFeatures.dimensions, m))
        transposed().withUnsafeBufferPointer {
            nk_pack($0.baseAddress, m, CoarseFeatures.dimensions, m, &packed)
        }
        var products = [Float](repeating: 0, count: Self.block * m)
        for first in stride(from: 0, to: n, by: Self.block) {
            try progress(Double(first) / Double(n))
            multiply(packed, from: first, into: &products)
            products.withUnsafeBufferPointer { products in
                for frame in first..<min(first + Self.block, n) {
                    let row = UnsafeBufferPointer(rebasing: products[(frame - first) * m..<(frame - first + 1) * m])
                    sweep.process(frame, products: row, foreign: foreign[frame])
                }
            }
        }
        let positions = sweep.positions()
        var sum = 0.0
        var count = 0
        for (frame, position) in positions.enumerated() where position >= 0 {
            sum += cost(position, frame)
            count += 1
        }
        return (positions, sum / Double(max(1, count)))
    }

    /// The suggested jumps as score positions.
    private var jumps: [ScoreSweep.Jump] {
        suggested.prefix(Self.maximumSuggested).map { jump in
            ScoreSweep.Jump(
                end: (jump.from < boundaries.count ? boundaries[jump.from] : score.count) - 1,
                start: boundaries[jump.to])
        }.filter { $0.end >= 0 && $0.start < score.count }
    }

    /// The cost of matching a score frame with a recording frame: 0 to 2.
    func cost(_ position: Int, _ frame: Int) -> Double {
        let size = CoarseFeatures.dimensions
        var product: Float = 0
        for index in 0..<size {
            product += score.values[position * size + index] * recording.values[frame * size + index]
        }
        return 1 - Double(product)
    }

    /// The cost of treating each frame as foreign: low in quiet frames, as before the first note and during the final
    /// decay.
    private func foreignCosts() -> [Float] {
        let loud = recording.loudness.sorted()[safe: recording.count * 9 / 10] ?? 0
        return recording.loudness.map { penalties.foreign * min(max(1 + ($0 - loud + 2) / 3, 0.3), 1) }
    }

    private func transposed() -> [Float] {
        let (m, size) = (score.count, CoarseFeatures.dimensions)
        var result = [Float](repeating: 0, count: m * size)
        for position in 0..<m {
            for index in 0..<size { result[index * m + position] = score.values[position * size + index] }
        }
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
