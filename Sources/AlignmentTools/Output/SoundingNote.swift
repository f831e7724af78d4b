import Alignment
import Scores

/// A pitched note of a score with its time in a recording, as used for labels, MIDI and sine tones.
struct SoundingNote: Sendable, Equatable {
    /// Index in `Score.notes`.
    var index: Int
    var note: Score.Note
    /// Index in `ScoreAlignment.stretches`.
    var stretch: Int
    /// Seconds, within the recording.
    var start: Double
    /// Seconds, within the recording and after `start`.
    var end: Double
    /// Length in beats; positive even for grace notes.
    var beats: Double
    var confidence: Double

    /// Seconds; shorter notes are given `graceLength`.
    static let minimumLength = 0.03
    /// Duration in seconds of notes without a notated length.
    static let graceLength = 0.06
}

extension ScoreAlignment {
    /// The played notes, sorted by start, then pitch. Percussion is left out, notes without length are given one, and
    /// times are clamped to the recording. Notes that `score` lacks and notes with non-finite times are skipped.
    func soundingNotes(of score: Score) -> [SoundingNote] {
        var result: [SoundingNote] = []
        result.reserveCapacity(notes.count)
        for played in notes where score.notes.indices.contains(played.note) {
            let note = score.notes[played.note]
            guard score.parts.indices.contains(note.part), !score.parts[note.part].isPercussion,
                played.start.isFinite, played.end.isFinite
            else { continue }
            let start = max(played.start, 0)
            let length = played.end - start
            let end = min(start + (length < SoundingNote.minimumLength ? SoundingNote.graceLength : length), duration)
            guard end > start else { continue }
            let confidence = played.confidence.isFinite ? min(max(played.confidence, 0), 1) : 0
            result.append(
                SoundingNote(
                    index: played.note, note: note, stretch: played.stretch, start: start, end: end,
                    beats: note.duration > 0 ? note.duration : beats(in: end - start, played, at: note.onset),
                    confidence: confidence))
        }
        return result.sorted { ($0.start, $0.note.pitch, $0.index) < ($1.start, $1.note.pitch, $1.index) }
    }

    /// The number of beats that `seconds` correspond to at the note's tempo, rounded to 0.001 and clamped to 0.001...1.
    private func beats(in seconds: Double, _ played: PlayedNote, at beat: Double) -> Double {
        guard stretches.indices.contains(played.stretch) else { return 0.125 }
        let stretch = stretches[played.stretch]
        let pace = stretch.time(atBeat: beat + 0.5) - stretch.time(atBeat: beat - 0.5)
        guard pace > 0, pace.isFinite else { return 0.125 }
        return min(max((seconds / pace * 1000).rounded() / 1000, 0.001), 1)
    }
}
