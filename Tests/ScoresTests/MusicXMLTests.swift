import Foundation
import ScoreChecks
import Scores
import Testing

@Suite("MusicXML: notes")
struct MusicXMLNoteTests {
    private func n(_ name: String, _ duration: Int, _ extra: String = "", _ first: String = "") -> String {
        Sketch.note(name, duration, extra, first: first)
    }

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

    private func identified(_ software: String, _ measure: String) throws -> Score {
        let encoding =
            "<identification><encoding><software>\(software)</software></encoding></identification><part-list>"
        return try Sketch.score(
            Sketch.musicXML(measure).replacingOccurrences(of: "<part-list>", with: encoding))
    }

    @Test(
        "cue notes are played only if MuseScore before 3.5 wrote them",
        arguments: [
            ("MuseScore 2.3.2", true), ("MuseScore 3.4.2", true), ("MuseScore 3.5.0", false), ("MuseScore 4.1", false),
            ("Finale 2014", false), ("", false),
        ])
    func cues(software: String, isPlayed: Bool) throws {
        let measure =
            n("C5", 4, "", "<cue/>") + n("R", 12) + "<backup><duration>16</duration></backup>"
            + n("C3", 16)
        let score = try identified(software, measure)
        #expect(score.outline == (isPlayed ? "48@0 72@0" : "48@0"))
        #expect(score.warnings.count == 1 && score.warnings[0].hasPrefix("1 cue note is"))
    }

    @Test("rests and advances beyond the measure do not lengthen it if other music fills it")
    func overrun() throws {
        func back(_ length: Int) -> String { "<backup><duration>\(length)</duration></backup>" }
        let next = n("E4", 16)
        for overrun in [n("R", 32), "<forward><duration>20</duration></forward>", n("E3", 16) + n("R", 8)] {
            let score = try Sketch.score(Sketch.musicXML(n("C4", 16) + back(16) + overrun, next))
            #expect(score.measures.map(\.length) == [4, 4], "\(overrun)")
            #expect(score.warnings.count == 1)
        }
        // A cadenza that ends in a rest, and a measure that nobody fills.
        for measure in [n("C4", 24) + n("R", 4), n("C4", 8) + n("R", 20)] {
            #expect(try Sketch.score(Sketch.musicXML(measure, next)).measures.map(\.length) == [7, 4])
        }
        #expect(
            try Sketch.score(Sketch.musicXML(n("R", 16), n("C4", 8), time: "2/4")).measures.map(\.length) == [2, 2])
    }

    @Test("a move beyond the beginning of the measure, and back again")
    func beyondTheBeginning() throws {
        let measure =
            n("C4", 16) + "<backup><duration>60</duration></backup><forward><duration>48</duration></forward>"
            + n("E4", 4) + "<backup><duration>8</duration></backup>" + n("C3", 16)
        let score = try Sketch.score(Sketch.musicXML(measure, n("D4", 16)))
        #expect(score.outline == "48@0 60@0 64@1 62@4" && score.warnings.isEmpty)
        let early = try Sketch.score(
            Sketch.musicXML(n("C4", 16) + "<backup><duration>20</duration></backup>" + n("E4", 8)))
        #expect(early.outline == "60@0 64@0" && early.warnings.count == 1)
    }

    @Test("divisions behind the first note, durations of 0 with a type, negative ones")
    func durations() throws {
        let late = try Sketch.score(
            Sketch.musicXML(
                "<measure number=\"1\">" + n("C4", 2) + "@" + n("D4", 14) + "</measure>", n("E4", 16)))
        #expect(late.outline == "60@0 62@0.5 64@4")
        #expect(
            try outline(
                n("C4", 0, "<type>quarter</type><dot/>", "") + n("D4", 0, "<type>eighth</type>", "")
                    + n("E4", 8, "", "")) == "60@0 62@1.5 64@2")
        let negative = try Sketch.score(Sketch.musicXML(n("C4", 8) + n("D4", -4) + n("E4", 8) + n("F4", 4)))
        #expect(negative.outline == "60@0 64@1 65@3" && negative.warnings.count == 1)
    }

    @Test("a chord's shorter note that is tied lasts until the next chord")
    func tieFromShorterNote() throws {
        let score = try Sketch.score(
            Sketch.musicXML(
                n("A3", 6, "", "") + n("E4", 4, "<tie type=\"start\"/>", "<chord/>") + n("G3", 10, "", "")
                    + n("E4", 10, "<tie type=\"stop\"/>", "<chord/>")))
        #expect(score.outline == "57@0 64@0 55@1.5" && score.notes[1].duration == 4)
    }

    @Test("of artificial harmonics only the sounding note is played; doublings sound an octave lower")
    func harmonicsAndDoublings() throws {
        func harmonic(_ kind: String) -> String {
            "<notations><technical><harmonic><artificial/><\(kind)-pitch/></harmonic></technical></notations>"
        }
        let three =
            n("E4", 16, harmonic("base"), "") + n("A4", 16, harmonic("touching"), "<chord/>")
            + n("E6", 16, harmonic("sounding"), "<chord/>")
        #expect(try outline(three) == "88@0")
        #expect(try outline(n("E4", 16, harmonic("base"), "")) == "64@0")
        #expect(
            try outline(
                "<attributes><transpose><chromatic>0</chromatic><double/></transpose></attributes>"
                    + n("C4", 16, "", "")) == "48@0 60@0")
    }

    @Test("barlines that are not those of the score")
    func ownBarlines() throws {
        let one = Sketch.musicXML(n("C4", 12), n("D4", 12), time: "3/4")
        let attributes = "<attributes><divisions>4</divisions></attributes>"
        func measure(_ number: Int, _ content: String) -> String {
            "<measure number=\"\(number)\"\(number > 1 ? " non-controlling=\"yes\"" : "")>\(content)</measure>"
        }
        let two =
            "<part id=\"P2\">" + measure(1, attributes + n("E4", 8)) + measure(2, n("F4", 8)) + measure(3, n("G4", 8))
        let xml = one.replacingOccurrences(of: "</score-partwise>", with: two + "</part></score-partwise>")
            .replacingOccurrences(of: "</part-list>", with: "<score-part id=\"P2\"/></part-list>")
        let score = try Sketch.score(xml)
        #expect(score.outline == "60@0 64@0 65@2 62@3 67@4")
        #expect(score.measures.map(\.length) == [3, 3] && score.warnings.isEmpty)
    }

    /// Such a measure has no measure of the score of its own, which its warnings could name.
    @Test("faults in measures with barlines of their own are reported")
    func faultsBehindOwnBarlines() throws {
        let faulty =
            "<measure number=\"2\" non-controlling=\"yes\"><attributes><divisions>0</divisions></attributes>"
            + n("C4", 4, "", "").replacingOccurrences(of: "<octave>4", with: "<octave>12") + "</measure>"
        let score = try Sketch.score(Sketch.musicXML(n("C4", 16), faulty, faulty))
        #expect(score.measures.count == 1 && score.warnings.count == 2)
        let timewise = """
            <score-timewise><part-list><score-part id="P1"/></part-list><measure number="1"></measure>\
            <measure number="2" non-controlling="yes"><part id="P1">\(n("R", 4))<note><pitch><step>C</step>\
            <octave>12</octave></pitch><duration>1</duration></note>\(n("C4", 4))</part></measure></score-timewise>
            """
        #expect(try Sketch.score(timewise).notes.count == 1)
    }

    @Test("a metric modulation in two parts applies once; a tempo for the second time")
    func modulations() throws {
        let mark =
            "<direction><direction-type><metronome><beat-unit>quarter</beat-unit><beat-unit>eighth</beat-unit>"
            + "</metronome></direction-type></direction>"
        let one = Sketch.musicXML(n("C4", 16), mark + n("D4", 16))
        let part = one.components(separatedBy: "<part id=\"P1\">")[1].components(separatedBy: "</part>")[0]
        let xml = one.replacingOccurrences(
            of: "</score-partwise>", with: "<part id=\"P2\">" + part + "</part></score-partwise>")
        #expect(try Sketch.score(xml).tempo.changes.map { 60 / $0.secondsPerBeat } == [120, 60])
        let slower = try Sketch.score(
            Sketch.musicXML(
                "<sound tempo=\"60\" time-only=\"2\"/>" + n("C4", 16)
                    + "<barline location=\"right\"><repeat direction=\"backward\"/></barline>"))
        #expect(slower.tempo.seconds(atBeat: 8) == 2 + 4)
    }

    @Test(
        "coda and segno as characters and symbols",
        arguments: [
            "<words>To \u{1D10C}</words>", "<words>To \u{E048}</words>",
            "<words>To</words></direction-type><direction-type><symbol>coda</symbol>",
        ])
    func signs(toCoda: String) throws {
        func direction(_ text: String) -> String {
            "<direction><direction-type>\(text)</direction-type></direction>"
        }
        let score = try Sketch.score(
            Sketch.musicXML(
                n("C4", 16), n("D4", 16) + direction(toCoda), n("E4", 16) + direction("<words>D.C. al Coda</words>"),
                direction("<words>\u{1D10C}</words>") + n("F4", 16)))
        #expect(score.passages.map(\.measure) == [0, 1, 2, 0, 1, 3])
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
                    + "<barline location=\"right\"><ending number=\"1\" type=\"stop\"/>"
                    + "<repeat direction=\"backward\"/></barline>",
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
            "<type>eighth</type><time-modification><actual-notes>3</actual-notes>"
            + "<normal-notes>2</normal-notes></time-modification>"
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
            "<attributes><transpose><chromatic>\(chromatic)</chromatic>"
                + "<octave-change>\(octave)</octave-change></transpose></attributes>"
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
            "<attributes><transpose number=\"2\"><chromatic>0</chromatic>"
            + "<octave-change>1</octave-change></transpose></attributes>"
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
