import Foundation
import Music
import ScoreChecks
import Scores

enum ScoreInput {
    static func check(_ bytes: [UInt8]) {
        guard let score = try? Score(data: Data(bytes), name: "input") else { return }
        require(score.violations.isEmpty, "\(score.violations.prefix(3))")
        for unfolding in [Score.Unfolding.withoutRepeats, .straight] {
            let other = score.unfolded(unfolding)
            require(other.violations.isEmpty, "\(unfolding): \(other.violations.prefix(3))")
        }
        for note in score.performed() {
            require(note.start.isFinite && note.end > note.start, "a note lasts from \(note.start) to \(note.end)")
        }
        for beat in [-1, 0, score.length / 2, score.length, .infinity] {
            let position = score.position(atBeat: beat)
            require(score.passages.indices.contains(position.passage), "beat \(beat) is in passage \(position.passage)")
        }
        require(!ScoreReport(score, listsNotes: true).text().isEmpty, "the report is empty")
        let file = score.midiFile()
        require((try? MIDIFile(data: file.data, name: "copy")) != nil, "the written MIDI file is invalid")
    }
}
