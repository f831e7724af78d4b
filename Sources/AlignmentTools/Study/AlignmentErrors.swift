import Alignment
import Scores

/// The errors of an alignment against ground truth: for each reference onset, the aligned start of its notes minus the
/// true time.
///
/// An onset without an aligned note is missed and counts as larger than any error limit. If an onset was aligned more
/// than once (a repeat), the occurrence nearest in time is compared. Grace notes are ignored.
public struct AlignmentErrors: Sendable, Equatable, Codable {
    /// Seconds, in no particular order; positive values are late.
    public var errors: [Double]
    /// Number of reference onsets without an aligned note.
    public var missed: Int

    public init(errors: [Double], missed: Int) {
        self.errors = errors
        self.missed = missed
    }

    /// Pools the errors of several recordings.
    public init(pooling all: [AlignmentErrors]) {
        self.init(errors: all.flatMap(\.errors), missed: all.reduce(0) { $0 + $1.missed })
    }

    public init(of alignment: ScoreAlignment, _ score: Score, against reference: OnsetReference) {
        // Beats are compared to three decimals, the precision of the files.
        func key(_ beat: Double) -> Int { Int((min(max(beat, -1e12), 1e12) * 1000).rounded()) }
        struct Position: Hashable {
            var beat: Int
            var stretch: Int
        }
        var firsts: [Position: Double] = [:]
        for played in alignment.notes where !score.notes[played.note].isGrace {
            let position = Position(beat: key(score.notes[played.note].onset), stretch: played.stretch)
            firsts[position] = min(played.start, firsts[position] ?? .infinity)
        }
        var starts: [Int: [Double]] = [:]
        for (position, start) in firsts { starts[position.beat, default: []].append(start) }
        errors = []
        missed = 0
        for onset in reference.onsets {
            let candidates = starts[key(onset.beat), default: []].map { $0 - onset.time }
            if let error = candidates.min(by: { abs($0) < abs($1) }) { errors.append(error) } else { missed += 1 }
        }
    }

    /// Number of reference onsets.
    public var count: Int { errors.count + missed }

    /// The fraction of all onsets whose error is at most `limit` seconds, 0...1.
    public func share(within limit: Double) -> Double {
        count == 0 ? 0 : Double(errors.count { abs($0) <= limit }) / Double(count)
    }

    /// The quantile of the absolute errors in seconds, excluding missed onsets, with linear interpolation. Nil if all
    /// onsets are missed.
    public func quantile(_ share: Double) -> Double? { Self.quantile(errors.map(abs), share) }

    public var median: Double? { quantile(0.5) }
    public var percentile90: Double? { quantile(0.9) }
    /// The mean absolute error.
    public var mean: Double? { errors.isEmpty ? nil : errors.reduce(0) { $0 + abs($1) } / Double(errors.count) }
    /// The median signed error.
    public var bias: Double? { Self.quantile(errors, 0.5) }

    private static func quantile(_ values: [Double], _ share: Double) -> Double? {
        guard !values.isEmpty else { return nil }
        let sorted = values.sorted()
        let position = min(max(share, 0), 1) * Double(sorted.count - 1)
        let lower = Int(position)
        let upper = min(lower + 1, sorted.count - 1)
        return sorted[lower] + (sorted[upper] - sorted[lower]) * (position - Double(lower))
    }
}
