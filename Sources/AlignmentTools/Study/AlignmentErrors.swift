import Alignment
import Scores

/// How far an alignment is off where the truth is known: for each onset of a reference, the start of the notes written there minus the
/// moment at which they were played.
///
/// An onset for which the alignment has no note is missed, and counts as an error of any size. Where an alignment has an
/// onset more than once (a repeat), the one nearest in time is compared. Grace notes aren't compared.
public struct AlignmentErrors: Sendable, Equatable, Codable {
    /// Seconds, in no particular order; positive is late.
    public var errors: [Double]
    /// Onsets that the alignment doesn't have.
    public var missed: Int

    public init(errors: [Double], missed: Int) {
        self.errors = errors
        self.missed = missed
    }

    /// Errors of several recordings as if they were one.
    public init(pooling all: [AlignmentErrors]) {
        self.init(errors: all.flatMap(\.errors), missed: all.reduce(0) { $0 + $1.missed })
    }

    public init(of alignment: ScoreAlignment, _ score: Score, against reference: OnsetReference) {
        // Beats are compared as files write them, to a thousandth.
        func key(_ beat: Double) -> Int { Int((min(max(beat, -1e12), 1e12) * 1000).rounded()) }
        struct Place: Hashable {
            var beat: Int
            var stretch: Int
        }
        var firsts: [Place: Double] = [:]
        for played in alignment.notes where !score.notes[played.note].isGrace {
            let place = Place(beat: key(score.notes[played.note].onset), stretch: played.stretch)
            firsts[place] = min(played.start, firsts[place] ?? .infinity)
        }
        var starts: [Int: [Double]] = [:]
        for (place, start) in firsts { starts[place.beat, default: []].append(start) }
        errors = []
        missed = 0
        for onset in reference.onsets {
            let candidates = starts[key(onset.beat), default: []].map { $0 - onset.time }
            if let error = candidates.min(by: { abs($0) < abs($1) }) { errors.append(error) } else { missed += 1 }
        }
    }

    /// Onsets of the reference.
    public var count: Int { errors.count + missed }

    /// The share of all onsets that are off by at most so many seconds, 0...1.
    public func share(within limit: Double) -> Double {
        count == 0 ? 0 : Double(errors.count { abs($0) <= limit }) / Double(count)
    }

    /// Of the magnitudes of those that aren't missed, in seconds: the value below which a share of them lies, between the two nearest ones
    /// by interpolation. Nil if all are missed.
    public func quantile(_ share: Double) -> Double? { Self.quantile(errors.map(abs), share) }

    public var median: Double? { quantile(0.5) }
    public var percentile90: Double? { quantile(0.9) }
    /// Of the magnitudes.
    public var mean: Double? { errors.isEmpty ? nil : errors.reduce(0) { $0 + abs($1) } / Double(errors.count) }
    /// The median of the errors with their signs.
    public var bias: Double? { Self.quantile(errors, 0.5) }

    private static func quantile(_ values: [Double], _ share: Double) -> Double? {
        guard !values.isEmpty else { return nil }
        let sorted = values.sorted()
        let place = min(max(share, 0), 1) * Double(sorted.count - 1)
        let lower = Int(place)
        let upper = min(lower + 1, sorted.count - 1)
        return sorted[lower] + (sorted[upper] - sorted[lower]) * (place - Double(lower))
    }
}
