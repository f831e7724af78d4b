import Foundation
import ScoreChecks
import Scores
import Testing

@Suite("MusicXML: notes")
struct MusicXMLNoteTests {
    private let n = Sketch.note

    private func outline(_ measures: String...) throws -> String {
        let xml = Sketch.musicXML(measures[0], measures.count > 1 ? measures[1] : n("R", 16, "", ""))
        let score = try Sketch.score(xml)
        #expect(score.violations.isEmpty)
        return score.outline
    }

    @Test("reads pitches, rests, chords, and voices by backup and forward")
    func basics() throws {
        let measure =
            n("C4", 4, "<voice>1</voice>", "") + n("E4", 4, "", "<chord/>") + n("R", 4, "", "") + n("F#4", 8, "", "")
            + "<backup><duration>16</duration></backup><forward><duration>6</duration></forward>"
            + n("Bb2", 2, "<voice>2</voice>", "")
        #expect(try outline(measure) == "60@0 64@0 46@1.5 66@2")
    }

    /// As in **kern, where fuzzing found it.
    @Test("a short note beyond the end of a measure keeps its length")
    func shortNoteBeyondTheMeasure() throws {
        let measure =
            "<attributes><divisions>256</divisions></attributes>" + n("C4", 1024, "", "") + n("D4", 2, "", "")
        let score = try Sketch.score(Sketch.musicXML(measure, n("E4", 1024, "", "")))
        #expect(score.violations.isEmpty)
        #expect(score.notes.map(\.duration) == [4, 2.0 / 256, 4])
    }

    @Test("a change of divisions within a measure keeps the position")
    func divisions() throws {
        let measure =
            n("C4", 4, "", "") + "<attributes><divisions>12</divisions></attributes>" + n("D4", 4, "", "")
            + n("E4", 4, "", "") + n("F4", 4, "", "") + n("G4", 24, "", "")
        #expect(try outline(measure) == "60@0 62@1 64@1.333 65@1.667 67@2")
    }

    @Test("ties join notes within a measure, across barlines and in chains, only at equal pitch")
    func ties() throws {
        let on = "<tie type=\"start\"/>"
        let back = "<tie type=\"stop\"/>"
        let score = try Sketch.score(
            Sketch.musicXML(
                n("C4", 8, on, "") + n("C4", 8, back + on, "") + "<backup><duration>8</duration></backup>"
                    + n("E4", 8, "<notations><tied type=\"start\"/></notations>", ""),
                n("C4", 4, back, "") + n("E4", 4, "<notations><tied type=\"stop\"/></notations>", "<chord/>")
                    + n("C4", 12, "", "")
            ))
        #expect(score.outline == "60@0 64@2 60@5")
        #expect(score.notes.map(\.duration) == [5, 3, 3])
        #expect(score.notes.map(\.value) == [nil, "Dotted Half", "Dotted Half"])
    }

    @Test("ties into a repeat or a second ending follow the order of play")
    func tiesAcrossRepeats() throws {
        let on = "<tie type=\"start\"/>"
        let back = "<tie type=\"stop\"/>"
        // |: C~ [1 ~C :| [2 ~C ]: both endings continue the first measure's note.
        let score = try Sketch.score(
            Sketch.musicXML(
                "<barline location=\"left\"><repeat direction=\"forward\"/></barline>" + n("C4", 16, on, ""),
                "<barline location=\"left\"><ending number=\"1\" type=\"start\"/></barline>"
                    + n("C4", 16, back + on, "")
                    + "<barline location=\"right\"><ending number=\"1\" type=\"stop\"/><repeat direction=\"backward\"/></barline>",
                "<barline location=\"left\"><ending number=\"2\" type=\"start\"/></barline>" + n("C4", 16, back, "")
                    + "<barline location=\"right\"><ending number=\"2\" type=\"stop\"/></barline>"))
        #expect(score.played == "1 2 1 3")
        #expect(score.outline == "60@0 60@8")
        #expect(score.notes.map(\.duration) == [8, 8])
        #expect(score.unfolded(.withoutRepeats).notes.map(\.duration) == [8])
    }

    @Test("ties of two voices in unison are independent")
    func unisonTies() throws {
        let on = "<tie type=\"start\"/>"
        let back = "<tie type=\"stop\"/>"
        let score = try Sketch.score(
            Sketch.musicXML(
                n("C4", 16, "<voice>1</voice>" + on, "") + "<backup><duration>8</duration></backup>"
                    + n("C4", 8, "<voice>2</voice>" + on, ""),
                n("C4", 4, "<voice>1</voice>" + back, "") + "<backup><duration>4</duration></backup>"
                    + n("C4", 8, "<voice>2</voice>" + back, "")))
        #expect(score.outline == "60@0 60@2")
        #expect(score.notes.map(\.duration) == [5, 4])
    }

    @Test("tuplets have their written durations, or those of their type")
    func tuplets() throws {
        let triplet =
            "<type>eighth</type><time-modification><actual-notes>3</actual-notes><normal-notes>2</normal-notes></time-modification>"
        let bare = "<note><pitch><step>D</step><octave>4</octave></pitch>\(triplet)</note>"
        let score = try Sketch.score(
            Sketch.musicXML(bare + bare + bare + n("C4", 12, "<type>half</type><dot/>", "")))
        #expect(score.outline == "62@0 62@0.333 62@0.667 60@1")
        #expect(score.notes.map(\.value) == ["Triplet", "Triplet", "Triplet", "Dotted Half"])
        #expect(score.measures[0].length == 4)
    }

    @Test("grace notes precede their beat in sequence; one tied to its main note joins it")
    func graces() throws {
        let score = try Sketch.score(
            Sketch.musicXML(
                n("C4", 8, "", "") + n("D4", 0, "", "<grace/>") + n("E4", 0, "", "<grace/>")
                    + n("G4", 0, "", "<grace/><chord/>")
                    + n("F4", 8, "", ""),
                n("A4", 0, "<tie type=\"start\"/>", "<grace slash=\"yes\"/>") + n("A4", 16, "<tie type=\"stop\"/>", ""))
        )
        #expect(score.outline == "60@0 62@2 64@2 65@2 67@2 69@4")
        #expect(score.notes.map(\.graceSteps) == [0, 2, 1, 0, 1, 0])
        let played = score.performed()
        #expect(played.map(\.pitch) == [60, 62, 64, 67, 65, 69])
        #expect(abs(played[1].start - (1 - 0.12)) < 1e-9 && abs(played[2].start - (1 - 0.06)) < 1e-9)
        #expect(score.violations.isEmpty)
    }

    @Test("grace notes after the last beat sound before the barline")
    func graceAtTheEnd() throws {
        let score = try Sketch.score(
            Sketch.musicXML(n("C4", 16, "", "") + n("D4", 0, "", "<grace/>"), n("E4", 16, "", "")))
        #expect(score.notes[1].pitch == 62 && score.notes[1].passage == 0 && score.notes[1].onset < 4)
    }

    @Test("cue notes are silent but take time; notes without pitch or duration are skipped")
    func silent() throws {
        let unpitched = "<note><unpitched/><duration>4</duration></note>"
        let empty = "<note><pitch><step>C</step><octave>4</octave></pitch></note>"
        #expect(try outline(n("C4", 4, "", "<cue/>") + unpitched + empty + n("D4", 8, "", "")) == "62@2")
    }

    @Test("transpositions apply, also after a change; octave lines do not")
    func transposition() throws {
        func transpose(_ chromatic: Int, _ octave: Int) -> String {
            "<attributes><transpose><chromatic>\(chromatic)</chromatic><octave-change>\(octave)</octave-change></transpose></attributes>"
        }
        let ottava = "<direction><direction-type><octave-shift type=\"down\" size=\"8\"/></direction-type></direction>"
        #expect(
            try outline(
                transpose(-2, 0) + n("C4", 4, "", "") + transpose(-2, -1) + n("C4", 4, "", "") + transpose(0, 0)
                    + ottava
                    + n("C5", 8, "", "")) == "58@0 46@1 72@2")
    }

    @Test("a transposition of one staff does not affect the other")
    func staves() throws {
        let transpose =
            "<attributes><transpose number=\"2\"><chromatic>0</chromatic><octave-change>1</octave-change></transpose></attributes>"
        #expect(
            try outline(
                transpose + n("C4", 8, "<staff>1</staff>", "") + n("C4", 8, "<staff>2</staff>", "")) == "60@0 72@2")
    }

    @Test("dynamics become velocities; a note's own take precedence")
    func dynamics() throws {
        func mark(_ level: String) -> String {
            "<direction><direction-type><dynamics><\(level)/></dynamics></direction-type></direction>"
        }
        let score = try Sketch.score(
            Sketch.musicXML(
                n("C4", 4, "", "") + mark("p") + n("D4", 4, "", "") + mark("ff")
                    + n("E4", 4, "", "").replacingOccurrences(of: "<note>", with: "<note dynamics=\"100\">")
                    + n("F4", 4, "", "")))
        #expect(score.notes.map(\.velocity) == [64, 49, 90, 112])
    }

    @Test("measure repeat signs (%) repeat the previous measure")
    func measureRepeat() throws {
        let sign =
            "<attributes><measure-style><measure-repeat type=\"start\">1</measure-repeat></measure-style></attributes>"
        #expect(try outline(n("C4", 16, "", ""), sign + n("R", 16, "", "")) == "60@0 60@4")
    }
}
