import Music
import Scores

/// The part of a score that is played, in order of play, both as a score and as a MIDI file.
public struct ScoreExcerpt: Sendable {
    /// Selects a part of a score.
    public enum Part: Sendable, Hashable {
        case all
        /// All whole measures that begin within this many seconds at the written tempo.
        case seconds(Double)
        /// From the first occurrence of one printed measure to the last occurrence of another.
        case measures(String, String)
    }

    /// The score parsed from ``file``, identical to what a follower loads.
    public let score: Score
    public let file: MIDIFile

    /// - Parameter name: the score's name, for error messages.
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

    /// `Score.midiFile()` uses 960 ticks per beat.
    private static func tick(_ beat: Double) -> Int { Int((min(max(beat, 0), 1e9) * 960).rounded()) }
}
