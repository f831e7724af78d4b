import Alignment
import Music
import Scores

extension LabelFile {
    /// The labels that an alignment gives a recording, in order of start.
    ///
    /// Start beats are positions along the score's order of play; as in MusicNet's own files, `endBeat` is the note's length
    /// in beats. Drums are left out. A note that the score gives no length (a grace note) gets 60 ms, and as many beats
    /// as that is there.
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

    /// To nine decimals, as MusicNet's files have them: a third of a beat need not be written with sixteen digits.
    private static func rounded(_ beats: Double) -> Double {
        let scaled = (beats * 1e9).rounded() / 1e9
        return scaled.isFinite ? scaled : 0
    }
}
