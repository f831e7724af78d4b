import Basics
import Foundation
import Scores

/// The tempo of a performance relative to the written tempo: a factor for each position of the score.
///
/// The product of an overall tempo; a mean-reverting random walk, smoothed over a measure or two; and a ritardando at
/// the end of each phrase, after the square-root braking in the models of N. Todd and A. Friberg.
struct TempoCurve: Sendable {
    /// Grid points per beat.
    private static let resolution = 4.0
    /// Standard deviation of the walk's logarithm, and its correlation length in beats.
    private static let deviation = 0.07
    private static let memory = 10.0
    /// Length of the ritardando at the end of a phrase, in beats.
    private static let ritardando = 3.0

    /// One factor per grid point; 2 is twice as fast.
    private var factors: [Double]

    /// - Parameters:
    ///   - length: length of the score in beats.
    ///   - phrases: beats at which phrases end, ascending.
    init(
        length: Double, phrases: [Double], kind: PerformanceKind, random: inout SplitMix64
    ) {
        let count = max(2, Int((min(length, 1e7) * Self.resolution).rounded(.up)) + 1)
        factors = [Double](repeating: kind.tempo, count: count)
        guard kind != .strict else { return }
        let keep = exp(-1 / (Self.memory * Self.resolution))
        let push = Self.deviation * (1 - keep * keep).squareRoot()
        var walk = Self.deviation * Double(random.gaussian())
        var smooth = walk
        // A performer's overall tempo also deviates from the written one.
        let own = kind == .slow || kind == .fast ? 1 : exp(0.08 * Double(random.gaussian()))
        var section = 1.0
        var nextChange = 12 + 8 * random.uniform(0...1)
        for index in factors.indices {
            walk = keep * walk + push * Double(random.gaussian())
            smooth += (walk - smooth) * 0.2
            if kind == .changes, Double(index) / Self.resolution >= nextChange {
                section = exp(random.uniform(log(0.7)...log(1.4)))
                nextChange += 12 + 8 * random.uniform(0...1)
            }
            factors[index] *= own * section * exp(smooth)
        }
        for end in phrases where end > Self.ritardando {
            let isLast = end >= length - 1e-6
            let final = isLast ? random.uniform(0.5...0.65) : random.uniform(0.72...0.95)
            let first = Int(((end - Self.ritardando) * Self.resolution).rounded())
            for index in max(0, first)..<min(count, Int(end * Self.resolution)) {
                let share = Double(index - first + 1) / (Self.ritardando * Self.resolution)
                factors[index] *= (1 + (final * final - 1) * share).squareRoot()
            }
        }
    }

    /// The time in seconds between two beats, given the written tempo.
    func seconds(from start: Double, to end: Double, tempo: TempoMap) -> Double {
        guard end > start else { return 0 }
        var sum = 0.0
        var beat = start
        while beat < end - 1e-9 {
            let index = Int(beat * Self.resolution + 1e-6)
            let next = min(end, Double(index + 1) / Self.resolution)
            let written = tempo.seconds(atBeat: next) - tempo.seconds(atBeat: beat)
            sum += written / factors[min(max(index, 0), factors.count - 1)]
            beat = next
        }
        return sum
    }
}
