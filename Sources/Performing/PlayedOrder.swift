import Basics
import Scores

/// The stretches of a score in the order in which they are played, and the silence before each.
struct PlayedOrder: Sendable {
    struct Stretch: Sendable {
        /// Range of beats in the score.
        var beats: Range<Double>
        /// Duration of the preceding silence in seconds.
        var silence: Double
    }

    static let pause = 5.0
    static let lateness = 8.0
    static let jump = 16.0
    /// Default silence before the first note.
    static let lead = 0.5

    var stretches: [Stretch]

    /// - Parameter starts: beats at which both a measure and a note begin, ascending. Performers pause or jump at these
    ///   beats.
    /// - Returns: nil if the score is too short for the kind.
    init?(_ kind: PerformanceKind, length: Double, starts: [Double], random: inout SplitMix64) {
        let whole = Stretch(beats: 0..<max(length, 1e-3), silence: kind == .late ? Self.lateness : Self.lead)
        switch kind {
        case .strict, .warp, .slow, .fast, .changes, .late, .wrong: stretches = [whole]
        case .pause, .middle, .skip, .repeat:
            let target = length * random.uniform(kind == .middle ? 0.35...0.6 : 0.4...0.6)
            let possible = starts.filter { $0 >= Self.jump && $0 <= length - 2 * Self.jump }
            guard let beat = possible.min(by: { abs($0 - target) < abs($1 - target) }) else { return nil }
            if kind == .middle {
                stretches = [Stretch(beats: beat..<length, silence: Self.lead)]
                return
            }
            let next =
                switch kind {
                case .skip: beat + Self.jump
                case .repeat: beat - Self.jump
                default: beat
                }
            stretches = [
                Stretch(beats: 0..<beat, silence: Self.lead),
                Stretch(beats: next..<length, silence: kind == .pause ? Self.pause : 0),
            ]
        }
    }
}
