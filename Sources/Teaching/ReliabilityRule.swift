import Alignment
import Music
import Scores
import Training

/// Which of an alignment's labels are good enough to learn from.
///
/// Two things are sorted out. A note of little confidence is *uncertain*: whether it sounds there is not asked. A
/// stretch of time is *unreliable* where the music can't be what the score says: outside the stretches that were played,
/// under suspicion, in measures of little confidence, and where too many of the notes begun nearby are uncertain;
/// nothing at all is asked there. What is left over between is too short to be of use when it lasts less than
/// ``shortest``.
public struct ReliabilityRule: Sendable, Equatable {
    /// Notes of less confidence are uncertain, 0...1.
    public var note = 0.5
    /// Measures of less confidence are left out, 0...1.
    public var measure = 0.5
    /// The share of uncertain notes begun within ``reach`` that makes a moment unreliable.
    public var uncertainShare = 0.5
    /// Seconds before and after a moment.
    public var reach = 1.5
    /// Seconds left out on both sides of a suspicion.
    public var margin = 0.5
    /// Seconds before the first and after the last note of a stretch that still count as music: silence there is what
    /// it should be.
    public var silence = 0.25
    /// Seconds.
    public var shortest = 1.0

    public init() {}

    /// The times whose labels can be reliable.
    public func spans(of alignment: ScoreAlignment) -> TimeSpans {
        let music = alignment.stretches.map { stretch in
            (
                start: max(0, stretch.times.lowerBound - silence),
                end: min(alignment.duration, stretch.times.upperBound + silence)
            )
        }
        let suspected = alignment.suspicions.map {
            (start: $0.times.lowerBound - margin, end: $0.times.upperBound + margin)
        }
        let weak = alignment.measures.filter { !($0.confidence >= measure) }.map { (start: $0.start, end: $0.end) }
        return TimeSpans(from: music).subtracting(TimeSpans(from: suspected)).subtracting(TimeSpans(from: weak))
            .subtracting(unreliable(alignment.notes)).droppingShorter(than: shortest)
    }

    func isUncertain(_ note: ScoreAlignment.PlayedNote) -> Bool { !(note.confidence >= self.note) }

    /// The neighbourhoods of onsets among which too many are uncertain. Linear.
    private func unreliable(_ notes: [ScoreAlignment.PlayedNote]) -> TimeSpans {
        let notes = notes.filter(\.start.isFinite).sorted { $0.start < $1.start }
        var result: [(start: Double, end: Double)] = []
        var (first, end, uncertain) = (0, 0, 0)
        for note in notes {
            while end < notes.count, notes[end].start <= note.start + reach {
                if isUncertain(notes[end]) { uncertain += 1 }
                end += 1
            }
            while notes[first].start < note.start - reach {
                if isUncertain(notes[first]) { uncertain -= 1 }
                first += 1
            }
            if Double(uncertain) > uncertainShare * Double(end - first) {
                result.append((note.start - reach / 2, note.start + reach / 2))
            }
        }
        return TimeSpans(from: result)
    }
}
