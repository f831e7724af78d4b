import Music
import Scores

/// The part of a score that is played, as a score of its own in the order of play, and as the MIDI file that holds it.
public struct ScoreExcerpt: Sendable {
    /// What to take of a score.
    public enum Part: Sendable, Hashable {
        case all
        /// As many whole measures as begin before so many seconds at the written tempo have gone by.
        case seconds(Double)
        /// From the first playing of one printed measure to the last of another.
        case measures(String, String)
    }

    /// What was read back from ``file``: what a follower that loads it will see.
    public let score: Score
    public let file: MIDIFile

    /// - Parameter name: of the score, for messages.
    /// - Throws: `PerformanceError.noSuchMeasures`, `.nothingToPlay`.
    public init(_ score: Score, part: Part, name: String) throws(PerformanceError) {
        let whole = score.midiFile()
        var end = score.length
        var start = 0.0
        switch part {
        case .all: break
        case .seconds(let limit):
            let last = score.passages.last { score.tempo.seconds(atBeat: $0.start) < limit }
            end = last?.end ?? score.length
        case .measures(let first, let last):
            guard let from = score.passages(ofMeasure: first).first, let to = score.passages(ofMeasure: last).last,
                from <= to
            else { throw .noSuchMeasures(score: name, measures: "\(first)-\(last)") }
            start = score.passages[from].start
            end = score.passages[to].end
        }
        file = part == .all ? whole : whole.excerpt(Self.tick(start)..<max(Self.tick(end), Self.tick(start) + 1))
        do { self.score = try Score(file, name: name) } catch { throw .nothingToPlay(score: name) }
    }

    /// `Score.midiFile()` has 960 ticks to a beat.
    private static func tick(_ beat: Double) -> Int { Int((min(max(beat, 0), 1e9) * 960).rounded()) }
}
