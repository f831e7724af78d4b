import Foundation
import Kernels

/// For each place of a coarse score, how well what was heard of late fits to having come there.
///
/// A step of dynamic programming a vector: the best way there goes on at the tempo, or one vector faster or slower at a price, and what is
/// long past counts less and less. Allocates nothing once made.
struct RouteSums {
    /// Seconds after which what was heard counts 1/e, and by how much another place must then fit better to be worth considering.
    static let memories: [(seconds: Double, advantage: Float)] = [(0.5, 1), (2.5, 2)]
    /// Most vectors that a step goes forward.
    static let mostSteps = 9
    /// What it costs to go a vector faster or slower than the tempo says.
    private static let bend: Float = 0.2
    /// Where nothing leads to.
    private static let nowhere: Float = -1
    private static let margin = mostSteps + 2

    private let count: Int
    private let keep: Float
    // With room on either side for steps.
    private var values: [Float]
    private var next: [Float]

    /// - Parameters:
    ///   - count: places.
    ///   - period: seconds from one vector to the next.
    ///   - memory: see ``memories``.
    init(count: Int, period: Double, memory: Double) {
        self.count = count
        keep = Float(exp(-period / memory))
        values = [Float](repeating: Self.nowhere, count: count + 2 * Self.margin)
        next = values
    }

    mutating func reset() {
        for place in 0..<count { values[Self.margin + place] = 0 }
    }

    /// Takes the products of a vector with those of all places, and their mean.
    mutating func advance(by steps: Int, _ products: [Float], mean: Float) {
        let margin = Self.margin
        values.withUnsafeBufferPointer { values in
            next.withUnsafeMutableBufferPointer { next in
                guard let values = values.baseAddress, let next = next.baseAddress else { return }
                nk_route_step(count, values + margin - steps, keep, Self.bend, products, mean, next + margin)
            }
        }
        swap(&values, &next)
    }

    func best(in places: ClosedRange<Int>) -> Float {
        var best = -Float.infinity
        for place in places { best = max(best, values[Self.margin + place]) }
        return best
    }

    /// Visits the places that fit better than those before and after them.
    ///
    /// - Returns: the greatest sum outside, peak or not, enough or not.
    func visitPeaks(
        outside here: Int, _ radius: Int, least: Float, _ body: (Int, Float) -> Void
    ) -> Float {
        var best = -Float.infinity
        let margin = Self.margin
        values.withUnsafeBufferPointer { values in
            for range in [0..<max(0, here - radius), min(count, here + radius + 1)..<count] {
                for place in range {
                    let value = values[margin + place]
                    best = max(best, value)
                    guard value > least, value >= values[margin + place - 1], value > values[margin + place + 1] else {
                        continue
                    }
                    body(place, value)
                }
            }
        }
        return best
    }
}
