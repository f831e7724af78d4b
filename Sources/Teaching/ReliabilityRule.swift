import Alignment
import Music
import Scores
import Training

/// Decides which labels of an alignment are reliable enough for training.
///
/// A note with low confidence is *uncertain*: it is used neither as sounding nor as silent. A time span is
/// *unreliable* where the music may differ from the score: outside the stretches that were played, near a suspicion,
/// in measures with low confidence, and where most nearby onsets are uncertain. No label within it is used. Reliable
/// spans shorter than ``shortest`` are dropped.
public struct ReliabilityRule: Sendable, Equatable {
    /// Notes with a lower confidence are uncertain, 0...1.
    public var note = 0.5
    /// Measures with a lower confidence are unreliable, 0...1.
    public var measure = 0.5
    /// A time is unreliable if more than this fraction of the onsets within ``reach`` are uncertain, 0...1.
    public var uncertainShare = 0.5
    /// Distance before and after an onset in which its neighbours are counted, in seconds.
    public var reach = 1.5
    /// Time excluded on both sides of a suspicion, in seconds.
    public var margin = 0.5
    /// Silence before the first and after the last note of a stretch that is reliable too, in seconds.
    public var silence = 0.25
    /// Shortest reliable span, in seconds.
    public var shortest = 1.0

    public init() {}

    /// The times in which labels are reliable.
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

    /// The surroundings of onsets among whose neighbours too many are uncertain. Linear in the number of notes.
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
