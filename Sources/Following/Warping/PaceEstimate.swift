import Foundation

/// How fast a position moves: the slope of a straight line through its last seconds, older ones counting less and less.
struct PaceEstimate {
    /// Seconds in which a position's weight falls to 1/e.
    private static let memory = 3.0
    /// Seconds until the line is believed.
    private static let patience = 1.5
    private static let limits = 0.1...10.0

    private var weight = 0.0
    private var meanPosition = 0.0
    // Of (time, position) and of time, about the weighted mean; time is counted back from the newest.
    private var meanTime = 0.0
    private var covariance = 0.0
    private var variance = 0.0
    private var elapsed = 0.0

    /// Takes the position after so many more seconds.
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

    /// Seconds of the position a second; 1 until it is known.
    var pace: Double {
        guard elapsed >= Self.patience, variance > 0 else { return 1 }
        return min(max(covariance / variance, Self.limits.lowerBound), Self.limits.upperBound)
    }
}
