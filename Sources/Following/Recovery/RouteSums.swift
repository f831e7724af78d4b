import Foundation
import Kernels

/// For each place of a coarse score, how well the recent audio matches a path that arrives there.
///
/// Each vector is a step of dynamic programming: the best path to a place advances at the tempo, or by one vector more
/// or less at a cost, and old matches decay. Allocates nothing after `init`.
struct RouteSums {
    /// The time constants of the decay in seconds, and for each the advantage from which another place is worth
    /// considering.
    static let memories: [(seconds: Double, advantage: Float)] = [(0.5, 1), (2.5, 2)]
    /// The most vectors by which a step advances.
    static let mostSteps = 9
    /// The cost of advancing by one vector more or less than the tempo predicts.
    private static let bendCost: Float = 0.2
    /// The sum of a place that no path reaches.
    private static let unreachable: Float = -1
    private static let margin = mostSteps + 2

    private let count: Int
    private let keep: Float
    // With a margin at either end, for steps beyond it.
    private var values: [Float]
    private var next: [Float]

    /// - Parameters:
    ///   - count: number of places.
    ///   - period: seconds from one vector to the next.
    ///   - memory: time constant in seconds, see ``memories``.
    init(count: Int, period: Double, memory: Double) {
        self.count = count
        keep = Float(exp(-period / memory))
        values = [Float](repeating: Self.unreachable, count: count + 2 * Self.margin)
        next = values
    }

    mutating func reset() {
        for place in 0..<count { values[Self.margin + place] = 0 }
    }

    /// Takes the products of a vector with all places, and their mean.
    mutating func advance(by steps: Int, _ products: [Float], mean: Float) {
        let margin = Self.margin
        values.withUnsafeBufferPointer { values in
            next.withUnsafeMutableBufferPointer { next in
                guard let values = values.baseAddress, let next = next.baseAddress else { return }
                nk_route_step(count, values + margin - steps, keep, Self.bendCost, products, mean, next + margin)
            }
        }
        swap(&values, &next)
    }

    func best(in places: ClosedRange<Int>) -> Float {
        var best = -Float.infinity
        for place in places { best = max(best, values[Self.margin + place]) }
        return best
    }

    /// Visits the local maxima above `least` that are more than `radius` away from `here`.
    ///
    /// - Returns: the greatest sum that far away, whether or not it was visited.
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
