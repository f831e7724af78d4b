import Foundation
import Kernels

/// Looks for the players in the whole score, beside whatever follows them closely.
///
/// Every few hops, what was heard becomes one coarse vector, which is compared with all of the score; a sum for each place tells how well
/// what was heard of late fits to having come there at the present tempo. There are two such sums: one of the last half second, to notice at
/// once that players have gone elsewhere, and one of the last seconds, to find them where a half second fits to many places. The work is
/// spread over the hops, and is the same in each whatever the score's length: a longer score is searched less often. Allocates
/// nothing once made; one thread at a time.
final class PlaceSearch {
    /// A place where the players may be.
    struct Place: Equatable {
        /// Index of a coarse vector.
        var index: Int
        /// How much better it fits than where they are believed to be; 1 is worth considering.
        var advantage: Float
    }

    let score: CoarseScore
    /// The best places away from where the players are believed to be, as of the last completed round.
    private(set) var places: [Place] = []
    /// How much better the place where they are believed to be fits than the average of the score, in standard deviations, smoothed.
    private(set) var fit: Float = 0
    /// The advantage of the best other place, whether or not it is enough to be in `places`; negative if no place fits better.
    private(set) var rivalry: Float = 0

    private let pool: CoarsePool
    // Of each band, over about ten hops: a vector's worth.
    private var rises: [Float]
    private var query: [Int8]
    private var products: [Float]
    // The sums of each place, for each memory.
    private var sums: [RouteSums]
    // Of the vector that is being compared.
    private var compared: Int
    private var hops = 0
    private var heard: Float = 0
    private var isQueryAudible = false
    private var phase: Float = 0

    /// Other places are further away than this, in seconds of the players.
    private static let apart = 1.5
    /// Most places that a round gives.
    private static let mostPlaces = 8
    /// A rise counts this much less in each following hop.
    private static let riseFading: Float = 0.9
    /// What a hop must weigh for its vector to be compared.
    private static let leastWeight: Float = 0.1

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

    /// Forgets what was heard.
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
    ///   - second: where the players are believed to be, in seconds of the score.
    ///   - slowness: seconds of the players for a second of the score.
    /// - Returns: whether `places` and `fit` are new.
    func process(_ features: AudioFeatures, second: Double, slowness: Float) -> Bool {
        for band in rises.indices { rises[band] = Self.riseFading * rises[band] + features.freshRises[band] }
        pool.add(levels: features.levels) { rises[$0] }
        heard += features.isSilent ? 0 : features.weight
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
        let weight = heard / Float(hops)
        isQueryAudible = weight > Self.leastWeight
        pool.finish { query[$0] = CoarseScore.byte($1 * weight) }
        hops = 0
        heard = 0
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

        // The players go on by this many vectors, in the long run.
        phase += 1 / slowness
        let steps = min(RouteSums.mostSteps, max(0, Int((phase + 0.5).rounded(.down))))
        phase = min(1, max(-1, phase - Float(steps)))
        for index in sums.indices { sums[index].advance(by: steps, products, mean: mean) }

        let here = min(count - 1, max(0, Int(second / score.period)))
        let radius = max(2, Int(Self.apart / Double(slowness) / score.period))
        var product = -Float.infinity
        for index in max(0, here - 1)...min(count - 1, here + 1) { product = max(product, products[index]) }
        fit += 0.1 * ((product - mean) / deviation - fit)
        places.removeAll(keepingCapacity: true)
        rivalry = -10
        for (sum, memory) in zip(sums, RouteSums.memories) {
            let own = sum.best(in: max(0, here - radius)...min(count - 1, here + radius))
            let best = sum.visitPeaks(outside: here, radius, least: own + memory.advantage) { index, value in
                insert(Place(index: index, advantage: (value - own) / memory.advantage), apart: max(1, radius / 2))
            }
            rivalry = max(rivalry, (best - own) / memory.advantage)
        }
    }

    /// Keeps the best places, of those near each other the best.
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
