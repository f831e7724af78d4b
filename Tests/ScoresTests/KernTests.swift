import Foundation
import ScoreChecks
import Scores
import Testing

@Suite("Humdrum **kern")
struct KernTests {
    private func score(_ lines: String...) throws -> Score {
        let score = try Score(
            data: Data(lines.joined(separator: "\n").replacingOccurrences(of: " | ", with: "\t").utf8), name: "x")
        #expect(score.violations.isEmpty)
        return score
    }

    @Test("reads parts in reverse spine order, chords, rests, dots, tuplets, octaves and accidentals")
    func notes() throws {
        let score = try score(
            "!!!COM: Haydn, Joseph", "!!!OTL: Quartet", "**kern | **kern | **dynam", "*Icello | *I\"Violino primo | *",
            "*M4/4 | *M4/4 | *",
            "=1 | =1 | =1", "4C | 4cc# 4ee- | p", "4r | 6a | .", ". | 6b | .", "4BB | . | .", ". | 6g | .",
            "4.GG | 4g | .", "8D | 4f | .",
            "== | == | ==", "*- | *- | *-")
        #expect(score.title == "Quartet" && score.composer == "Haydn, Joseph")
        #expect(score.parts.map(\.name) == ["Violino primo", "Part 2"])
        #expect(score.parts.map(\.program) == [40, 42])
        #expect(score.outline.hasPrefix("48@0 73@0 75@0 69@1 71@1.667 47@2 67@2.333"))
    }

    @Test("ties, grace notes, measure numbers and pickups")
    func ties() throws {
        let score = try score("**kern", "*M3/4", "[4c", "=1", "2c_", "16eqq", "16fq", "4d", "=2", "2.c]", "==", "*-")
        #expect(score.measures.map(\.number) == ["0", "1", "2"])
        #expect(score.measures.map(\.length) == [1, 3, 3])
        // Another note in between breaks the tie, so the chain ends there.
        #expect(score.outline == "60@0 62@3 64@3 65@3 60@4")
        #expect(score.notes.map(\.graceSteps) == [0, 0, 2, 1, 0])
        #expect(score.notes[0].duration == 3)
    }

    /// Found by fuzzing: the measure was rounded to four beats, and the note at its end had no length.
    @Test("a short note beyond the end of a measure keeps its length")
    func shortNoteBeyondTheMeasure() throws {
        let score = try score("**kern", "*M4/4", "=1", "1c", "512d", "=2", "1e", "==", "*-")
        #expect(score.measures.map(\.length) == [4 + 4.0 / 512, 4])
        #expect(score.notes.map(\.duration) == [4, 4.0 / 512, 4])
    }

    @Test("spines split and join; a silent voice is realigned at the barline")
    func splits() throws {
        let score = try score(
            "**kern", "*M2/4", "=1", "*^", "4c | 2e", "4d | .", "=2 | =2", "4c | 4e", "4c | .", "*v | *v", "=3", "2g",
            "==", "*-")
        #expect(score.outline == "60@0 64@0 62@1 60@2 64@2 60@3 67@4")
        #expect(score.parts.count == 1)
    }

    @Test("two staves of one part, a tempo, and repeat signs")
    func repeats() throws {
        let score = try score(
            "**kern | **kern", "*part1 | *part1", "*MM90 | *MM90", "=1 | =1", "1C | 1c", "=2:|! | =2:|!", "1D | 1d",
            "=3!|: | =3!|:",
            "1E | 1e", "=:|! | =:|!", "*- | *-")
        #expect(score.parts.count == 1)
        #expect(score.played == "1 1 2 3 3")
        #expect(abs(score.tempo.secondsPerBeat(atBeat: 0) - 60.0 / 90) < 1e-9)
    }

    @Test("lists of sections give the order of play")
    func sections() throws {
        let score = try score(
            "**kern", "*>[A,A1,A,A2]", "*>norep[A,A2]", "*>A", "=1", "1c", "=2", "*>A1", "1d", "=:|!", "*>A2", "1e",
            "==", "*-")
        #expect(score.passages.map(\.measure) == [0, 1, 0, 2])
        #expect(score.unfolded(.withoutRepeats).passages.map(\.measure) == [0, 2])
        #expect(score.measures.map(\.label) == ["A", "A1", "A2"])
    }

    @Test("the final barline may be missing")
    func openEnd() throws {
        let score = try score("**kern", "*M4/4", "=1", "1c", "=2", "1d", "*-")
        #expect(score.outline == "60@0 62@4" && score.measures.count == 2)
    }
}
