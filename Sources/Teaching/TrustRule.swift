import Alignment
import Music
import Scores
import Training

/// Which of an alignment's labels are good enough to learn from.
///
/// Two things are sorted out. A note of little confidence is *doubtful*: whether it sounds there is not asked. A
/// stretch of time is *untrusted* where the music can't be what the score says: outside the stretches that were played,
/// under suspicion, in measures of little confidence, and where too many of the notes begun nearby are doubtful;
/// nothing at all is asked there. What is left over between is too short to be of use when it lasts less than
/// ``shortest``.
public struct TrustRule: Sendable, Equatable {
    /// Notes of less confidence are doubtful, 0...1.
    public var note = 0.5
    /// Measures of less confidence are left out, 0...1.
    public var measure = 0.5
    /// The share of doubtful notes begun within ``reach`` that makes a moment untrusted.
    public var doubtfulShare = 0.5
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

    /// The times whose labels can be trusted.
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
            .subtracting(untrusted(alignment.notes)).droppingShorter(than: shortest)
    }

    func isDoubtful(_ note: ScoreAlignment.PlayedNote) -> Bool { !(note.confidence >= self.note) }

    /// The neighbourhoods of onsets among which too many are doubtful. Linear.
    private func untrusted(_ notes: [ScoreAlignment.PlayedNote]) -> TimeSpans {
        let notes = notes.filter(\.start.isFinite).sorted { $0.start < $1.start }
        var result: [(start: Double, end: Double)] = []
        var (first, end, doubtful) = (0, 0, 0)
        for note in notes {
            while end < notes.count, notes[end].start <= note.start + reach {
                if isDoubtful(notes[end]) { doubtful += 1 }
                end += 1
            }
            while notes[first].start < note.start - reach {
                if isDoubtful(notes[first]) { doubtful -= 1 }
                first += 1
            }
            if Double(doubtful) > doubtfulShare * Double(end - first) {
                result.append((note.start - reach / 2, note.start + reach / 2))
            }
        }
        return TimeSpans(from: result)
    }
}
