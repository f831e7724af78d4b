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
    /// Jumps suggested at most.
    private static let mostSuggested = 200

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
        var sweep = ScoreSweep(
            places: m, frames: n, boundaries: boundaries, onsets: onsets, jumps: jumps, prices: prices)
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
                    sweep.take(frame, products: row, foreign: foreign[frame])
                }
            }
        }
        let places = sweep.places()
        var sum = 0.0
        var count = 0
        for (frame, place) in places.enumerated() where place >= 0 {
            sum += cost(place, frame)
            count += 1
        }
        return (places, sum / Double(max(1, count)))
    }

    /// The suggested jumps in places of the score.
    private var jumps: [ScoreSweep.Jump] {
        suggested.prefix(Self.mostSuggested).map { jump in
            ScoreSweep.Jump(
                end: (jump.from < boundaries.count ? boundaries[jump.from] : score.count) - 1,
                start: boundaries[jump.to])
        }.filter { $0.end >= 0 && $0.start < score.count }
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
