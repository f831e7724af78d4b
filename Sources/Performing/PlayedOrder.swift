import Basics
import Scores

/// Which stretches of a score are played one after the other, and what silence precedes each.
struct PlayedOrder: Sendable {
    struct Stretch: Sendable {
        /// Beats along the score.
        var beats: Range<Double>
        /// Seconds of silence before it.
        var silence: Double
    }

    static let pause = 5.0
    static let lateness = 8.0
    static let jump = 16.0
    /// Before the first note, where nothing else is said.
    static let lead = 0.5

    var stretches: [Stretch]

    /// - Parameter starts: beats at which measures and notes begin together, in order: where players would stop or jump.
    /// - Returns: nil if the score is too short for the kind.
    init?(_ kind: PerformanceKind, length: Double, starts: [Double], random: inout SplitMix64) {
        let whole = Stretch(beats: 0..<max(length, 1e-3), silence: kind == .late ? Self.lateness : Self.lead)
        switch kind {
        case .strict, .warp, .slow, .fast, .changes, .late, .wrong: stretches = [whole]
        case .pause, .middle, .skip, .repeat:
            let target = length * random.uniform(kind == .middle ? 0.35...0.6 : 0.4...0.6)
            let possible = starts.filter { $0 >= Self.jump && $0 <= length - 2 * Self.jump }
            guard let place = possible.min(by: { abs($0 - target) < abs($1 - target) }) else { return nil }
            if kind == .middle {
                stretches = [Stretch(beats: place..<length, silence: Self.lead)]
                return
            }
            let next =
                switch kind {
                case .skip: place + Self.jump
                case .repeat: place - Self.jump
                default: place
                }
            stretches = [
                Stretch(beats: 0..<place, silence: Self.lead),
                Stretch(beats: next..<length, silence: kind == .pause ? Self.pause : 0),
            ]
        }
    }
}
