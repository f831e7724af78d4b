import Basics
import Foundation
import Scores

/// How fast players go, relative to what is written: a factor for each moment of the score.
///
/// Three things are multiplied: the tempo as a whole; a random walk that is drawn back to 1, smooth over a measure or two; and
/// the slowing down at the ends of phrases, after the square-root braking of N. Todd's and A. Friberg's models.
struct TempoCurve: Sendable {
    /// Grid points a beat.
    private static let resolution = 4.0
    /// Standard deviation of the walk's logarithm, and the beats after which it has forgotten where it was.
    private static let deviation = 0.07
    private static let memory = 10.0
    /// Beats over which players slow down at the end of a phrase.
    private static let ritardando = 3.0

    /// Factors at quarters of a beat; 2 is twice as fast.
    private var factors: [Double]

    /// - Parameters:
    ///   - length: beats.
    ///   - phrases: beats at which phrases end, in order.
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
        // Players have a tempo of their own, too.
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

    /// Seconds from one beat to a later one, with the score's written tempo.
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
