import Foundation
import Kernels

/// Searches the whole score for the players, independently of the tracker that follows them closely.
///
/// Every few hops, the recent audio becomes one coarse vector, which is compared with every vector of the score. For
/// each place, a sum measures how well the recent audio matches a path that arrives there at the current tempo. There
/// are two sums with different memories: half a second, which reacts quickly to jumps, and a few seconds, which finds
/// the players where half a second matches many places. The work is spread over the hops, and each hop has the same
/// share whatever the length of the score: a longer score is searched less often. Allocates nothing after `init`. One
/// thread at a time.
final class PlaceSearch {
    /// A place where the players may be.
    struct Place: Equatable {
        /// Index of its coarse vector.
        var index: Int
        /// How much better it matches than the estimated position, relative to ``RouteSums/memories``; 1 is worth
        /// considering.
        var advantage: Float
    }

    let score: CoarseScore
    /// The best places away from the estimated position, as of the last completed round.
    private(set) var places: [Place] = []
    /// How much better the estimated position matches than the average of the score, in standard deviations, smoothed.
    private(set) var fit: Float = 0
    /// The advantage of the best other place, even if it is too small for `places`; negative if no place matches
    /// better.
    private(set) var rivalry: Float = 0

    private let pool: CoarsePool
    // For each band, the rises of about the last ten hops, which is the length of a vector.
    private var rises: [Float]
    private var query: [Int8]
    private var products: [Float]
    // The sums of all places, for each memory.
    private var sums: [RouteSums]
    // Number of vectors of the score that the query has been compared with.
    private var compared: Int
    private var hops = 0
    private var queryWeight: Float = 0
    private var isQueryAudible = false
    private var phase: Float = 0

    /// Other places are further away than this, in seconds at the players' tempo.
    private static let otherPlaceDistance = 1.5
    /// The most places that a round finds.
    private static let mostPlaces = 8
    /// The factor by which a rise fades per hop.
    private static let riseFading: Float = 0.9
    /// The least mean weight of its hops at which a vector is compared.
    private static let leastWeight: Float = 0.1
    /// The weight of each round in ``fit``.
    private static let fitSmoothing: Float = 0.1
    /// The least value of ``rivalry``, which a score without other places has.
    private static let noRival: Float = -10

    init(_ score: CoarseScore) {
        self.score = score
        pool = CoarsePool(bands: score.dimensions / 2)
        rises = [Float](repeating: 0, count: score.dimensions / 2)
        query = [Int8](repeating: 0, count: score.dimensions)
        products = [Float](repeating: 0, count: score.count)
        sums = RouteSums.memories.map { RouteSums(count: score.count, period: score.period, memory: $0.seconds) }
        compared = score.count
        places.reserveCapacity(Self.mostPlaces)
    }

    /// Forgets the recent audio.
    func reset() {
        for index in sums.indices { sums[index].reset() }
        places.removeAll(keepingCapacity: true)
        compared = score.count
        fit = 0
        rivalry = 0
    }

    /// Takes a hop.
    ///
    /// - Parameters:
    ///   - second: the estimated position, in seconds of the score.
    ///   - slowness: seconds played per second of the score.
    /// - Returns: whether `places` and `fit` are new.
    func process(_ features: AudioFeatures, second: Double, slowness: Float) -> Bool {
        for band in rises.indices { rises[band] = Self.riseFading * rises[band] + features.freshRises[band] }
        pool.add(levels: features.levels) { rises[$0] }
        queryWeight += features.isSilent ? 0 : features.weight
        hops += 1
        let share = (score.count + score.pooling - 3) / max(1, score.pooling - 2)
        if compared < score.count {
            compare(min(share, score.count - compared))
            if compared == score.count, isQueryAudible {
                conclude(second: second, slowness: slowness)
                finishHop()
                return true
            }
        }
        finishHop()
        return false
    }

    private func finishHop() {
        guard hops == score.pooling else { return }
        let weight = queryWeight / Float(hops)
        isQueryAudible = weight > Self.leastWeight
        pool.finish { query[$0] = CoarseScore.byte($1 * weight) }
        hops = 0
        queryWeight = 0
        compared = 0
    }

    private func compare(_ count: Int) {
        let dimensions = score.dimensions
        let scale = 1 / (CoarseScore.unit * CoarseScore.unit)
        score.values.withUnsafeBufferPointer { values in
            products.withUnsafeMutableBufferPointer { products in
                guard let values = values.baseAddress, let products = products.baseAddress else { return }
                nk_byte_products(
                    count, dimensions, query, values + compared * dimensions, scale, products + compared)
            }
        }
        compared += count
    }

    private func conclude(second: Double, slowness: Float) {
        let count = score.count
        var sum: Float = 0
        var squares: Float = 0
        for product in products {
            sum += product
            squares += product * product
        }
        let mean = sum / Float(count)
        let deviation = max(1e-6, squares / Float(count) - mean * mean).squareRoot()

        // In the long run, the players advance by this many vectors.
        phase += 1 / slowness
        let steps = min(RouteSums.mostSteps, max(0, Int((phase + 0.5).rounded(.down))))
        phase = min(1, max(-1, phase - Float(steps)))
        for index in sums.indices { sums[index].advance(by: steps, products, mean: mean) }

        let here = min(count - 1, max(0, Int(second / score.period)))
        let radius = max(2, Int(Self.otherPlaceDistance / Double(slowness) / score.period))
        var product = -Float.infinity
        for index in max(0, here - 1)...min(count - 1, here + 1) { product = max(product, products[index]) }
        fit += Self.fitSmoothing * ((product - mean) / deviation - fit)
        places.removeAll(keepingCapacity: true)
        rivalry = Self.noRival
        for (sum, memory) in zip(sums, RouteSums.memories) {
            let own = sum.best(in: max(0, here - radius)...min(count - 1, here + radius))
            let best = sum.visitPeaks(outside: here, radius, least: own + memory.advantage) { index, value in
                insert(Place(index: index, advantage: (value - own) / memory.advantage), apart: max(1, radius / 2))
            }
            rivalry = max(rivalry, (best - own) / memory.advantage)
        }
    }

    /// Keeps the best places, and only the best of those near each other.
    private func insert(_ place: Place, apart: Int) {
        if let near = places.firstIndex(where: { abs($0.index - place.index) <= apart }) {
            if places[near].advantage < place.advantage { places[near] = place }
        } else if places.count < Self.mostPlaces {
            places.append(place)
        } else if let worst = places.indices.min(by: { places[$0].advantage < places[$1].advantage }),
            places[worst].advantage < place.advantage
        {
            places[worst] = place
        }
    }
}
