import Foundation

/// Estimates how fast a position moves: the slope of a line fitted to the last seconds with exponentially decaying
/// weights.
struct PaceEstimate {
    /// Seconds in which the weight of a position falls to 1/e.
    private static let memory = 3.0
    /// Seconds until the slope is used.
    private static let warmUp = 1.5
    private static let limits = 0.1...10.0

    private var weight = 0.0
    private var meanPosition = 0.0
    // Moments of (time, position) and of time about the weighted mean. Time is counted back from the newest position.
    private var meanTime = 0.0
    private var covariance = 0.0
    private var variance = 0.0
    private var elapsed = 0.0

    /// Takes the position after this many more seconds.
    mutating func add(_ position: Double, after seconds: Double) {
        let keep = exp(-seconds / Self.memory)
        weight *= keep
        covariance *= keep
        variance *= keep
        meanTime -= seconds
        elapsed += seconds
        let share = 1 / (weight + 1)
        let (time, offset) = (-meanTime, position - meanPosition)
        covariance += weight * share * time * offset
        variance += weight * share * time * time
        meanTime += share * time
        meanPosition += share * offset
        weight += 1
    }

    /// Seconds of the position per second; 1 until it is known.
    var pace: Double {
        guard elapsed >= Self.warmUp, variance > 0 else { return 1 }
        return min(max(covariance / variance, Self.limits.lowerBound), Self.limits.upperBound)
    }
}
