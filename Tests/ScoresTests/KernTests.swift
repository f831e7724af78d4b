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

    @Test("a rest or note across barlines does not lengthen the measure; an overlong one ends with it")
    func acrossBarlines() throws {
        let across = try score(
            "**kern | **kern", "*M3/4 | *M3/4", "=1 | =1", "0.r | 2.c", "=2 | =2", ". | 2.d", "=3 | =3", ". | 2.e",
            "=4 | =4", ". | 2.f", "=5 | =5", "2.C | 2.g", "== | ==", "*- | *-")
        #expect(across.outline == "60@0 62@3 64@6 65@9 48@12 67@12")
        let long = try score(
            "**kern | **kern", "*M2/4 | *M2/4", "=1 | =1", "1r | 2d", "=2 | =2", "2E | 2e", "== | ==", "*- | *-")
        #expect(long.outline == "62@0 52@2 64@2")
        let pickup = try score(
            "**kern | **kern", "*M4/4 | *M4/4", "1C | 4d", "=1 | =1", ". | 2.e", "4D | 4f", "== | ==", "*- | *-")
        #expect(pickup.outline.hasPrefix("48@0 62@0 64@1"))
    }

    @Test("one q makes a chord of grace notes; numbers behind the pitch are not the duration")
    func tokens() throws {
        let score = try score("**kern", "*M4/4", "=1", "8qcc ee", "2cc@16@", "2d16", "=2", "1ee", "==", "*-")
        #expect(score.notes.filter(\.isGrace).map(\.pitch) == [72, 76])
        #expect(score.notes.filter { !$0.isGrace }.map(\.duration) == [2, 2, 4])
    }

    @Test("the first of several lists applies, without the sections that are missing")
    func lists() throws {
        let score = try score(
            "**kern", "*>[A,X,A,B]", "*>[B]", "*>A", "*M2/4", "=1", "2c", "*>B", "=2", "2d", "==", "*-")
        #expect(score.outline == "60@0 60@2 62@4")
        #expect(score.warnings.count == 1)
    }

    @Test("a byte order mark, comments before the first column, spaces between names, and an added column")
    func beginnings() throws {
        #expect(try self.score("\u{FEFF}**kern", "4c", "*-").outline == "60@0")
        let comments = (0..<200).map { "!! comment \($0) of some length, so that the columns begin late" }
        let late = try Score(data: Data((comments + ["**kern", "4c", "*-"]).joined(separator: "\n").utf8), name: "x")
        #expect(late.outline == "60@0")
        let spaced = try score("**kern  **kern", "4C | 4c", "*- | *-")
        #expect(spaced.outline == "48@0 60@0" && spaced.warnings.count == 1)
        let added = try score("**kern", "4c", "*+", "* | **kern", "4d | 4D", "*- | *-")
        #expect(added.outline == "60@0 50@1 62@1")
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
