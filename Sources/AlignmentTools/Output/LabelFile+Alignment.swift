import Alignment
import Music
import Scores

extension LabelFile {
    /// The labels that an alignment assigns to a recording, sorted by start.
    ///
    /// Start beats are positions in order of play. As in MusicNet's files, `endBeat` is the note's length in beats.
    /// Percussion is left out. A note without a notated length (a grace note) lasts 60 ms and the corresponding number
    /// of beats.
    public init(_ alignment: ScoreAlignment, of score: Score) {
        self.init(
            labels: alignment.soundingNotes(of: score).map { sounding in
                let note = sounding.note
                return Label(
                    Music.Note(
                        pitch: note.pitch, start: sounding.start, end: sounding.end, velocity: note.velocity,
                        confidence: sounding.confidence, program: min(max(note.program, 0), 127)),
                    startBeat: Self.rounded(note.onset), endBeat: Self.rounded(sounding.beats), noteValue: note.value)
            })
    }

    /// Rounds to nine decimals, as in MusicNet's files.
    private static func rounded(_ beats: Double) -> Double {
        let scaled = (beats * 1e9).rounded() / 1e9
        return scaled.isFinite ? scaled : 0
    }
}
