import Foundation
import Scores
import Testing

@Suite("MusicXML: measures, parts and signs")
struct MusicXMLFormTests {
    private func whole(_ name: String) -> String { Sketch.note(name, 16) }
    private func right(_ content: String) -> String { "<barline location=\"right\">\(content)</barline>" }
    private func left(_ content: String) -> String { "<barline location=\"left\">\(content)</barline>" }
    private func direction(_ type: String, _ sound: String = "") -> String {
        "<direction><direction-type>\(type)</direction-type>\(sound)</direction>"
    }

    @Test("repeats with counts, and endings")
    func repeats() throws {
        let score = try Sketch.score(
            Sketch.musicXML(
                whole("C4") + right("<repeat direction=\"backward\" times=\"3\"/>"),
                left("<repeat direction=\"forward\"/>") + whole("D4"),
                left("<ending number=\"1, 2\" type=\"start\"/>") + whole("E4")
                    + right("<ending number=\"1, 2\" type=\"stop\"/><repeat direction=\"backward\"/>"),
                left("<ending number=\"3\" type=\"start\"/>") + whole("F4")
                    + right("<ending number=\"3\" type=\"discontinue\"/>")))
        #expect(score.played == "1 1 1 2 3 2 3 2 4")
        #expect(score.passages.map(\.pass) == [1, 2, 3, 1, 1, 2, 2, 3, 1])
        #expect(score.length == 36)
        #expect(score.unfolded(.withoutRepeats).played == "1 2 4")
        #expect(score.unfolded(.measures([3, 0])).outline == "65@0 60@4")
        #expect(score.unfolded(.written) == score)
    }

    @Test(
        "jumps by sound elements, by words, or by both",
        arguments: [
            ("<sound dacapo=\"yes\"/>", "<sound fine=\"yes\"/>"), ("", ""),
        ])
    func daCapo(jump: String, fine: String) throws {
        let score = try Sketch.score(
            Sketch.musicXML(
                whole("C4"), whole("D4") + direction("<words>Fine</words>", fine),
                whole("E4") + direction("<words>D. C. al Fine</words>", jump)))
        #expect(score.played == "1 2 3 1 2")
    }

    @Test("dal segno al coda by signs only")
    func coda() throws {
        let score = try Sketch.score(
            Sketch.musicXML(
                whole("C4"), direction("<segno/>") + whole("D4"),
                whole("E4") + direction("<words>To Coda</words><coda/>"),
                whole("F4") + direction("<words>D.S. al</words><coda/>"),
                direction("<coda/><words>Coda</words>") + whole("G4")))
        #expect(score.played == "1 2 3 4 2 3 5")
    }

    @Test(
        "recognises jumps in words",
        arguments: [
            ("D.C.", true), ("Menuetto da capo", true), ("D.C. senza replica", true), ("Da Capo al Fine", true),
            ("dolce", false),
            ("d", false), ("con sordino", false), ("Finale", false), ("Coda", false),
        ])
    func words(text: String, isJump: Bool) throws {
        let score = try Sketch.score(Sketch.musicXML(whole("C4"), whole("D4") + direction("<words>\(text)</words>")))
        #expect(score.passages.count == (isJump ? 4 : 2))
    }

    @Test("D.C. returns to the start of the movement")
    func movements() throws {
        func measure(_ number: String, _ content: String) -> String {
            "<measure number=\"\(number)\">@\(content)</measure>"
        }
        let score = try Sketch.score(
            Sketch.musicXML(
                measure("1", whole("C4")), measure("2", whole("C4")),
                measure("1", whole("D4") + direction("<words>Fine</words>")),
                measure("2", whole("E4") + direction("<words>D.C. al Fine</words>")), measure("1", whole("F4")),
                measure("2", whole("F4"))))
        #expect(score.structure.movements == [0..<2, 2..<4, 4..<6])
        #expect(score.passages.map(\.measure) == [0, 1, 2, 3, 2, 4, 5])
    }

    @Test("pickups and split measures are as long as their music; beats in them count from the end")
    func pickup() throws {
        let score = try Sketch.score(
            Sketch.musicXML(
                "<measure number=\"0\" implicit=\"yes\">@\(Sketch.note("C4", 4))</measure>",
                "<measure number=\"1\">\(Sketch.note("D4", 8))\(right("<repeat direction=\"backward\"/>"))</measure>",
                "<measure number=\"X1\" implicit=\"yes\">\(Sketch.note("E4", 4))</measure>", time: "3/4"))
        #expect(score.measures.map(\.length) == [1, 2, 1])
        #expect(score.played == "0 1 0 1 X1")
        #expect(score.position(atBeat: 0).beat == 3)
        #expect(score.position(atBeat: 2.5).number == "1" && score.position(atBeat: 2.5).beat == 2.5)
        #expect(score.passage(atBeat: 3) == 2 && score.passage(atBeat: -1) == 0 && score.passage(atBeat: 99) == 4)
        #expect(score.passages(ofMeasure: "1") == [1, 3])
    }

    @Test("empty measures and whole rests have the length of the meter")
    func restMeasures() throws {
        let rest = "<note><rest measure=\"yes\"/><duration>16</duration></note>"
        let score = try Sketch.score(
            Sketch.musicXML(Sketch.note("C4", 12), rest, "", Sketch.note("D4", 12), time: "3/4"))
        #expect(score.measures.map(\.length) == [3, 3, 3, 3])
        #expect(score.outline == "60@0 62@9")
    }

    @Test("meters may change, be compound, and be additive")
    func meters() throws {
        let seven = "<attributes><time><beats>3+4</beats><beat-type>8</beat-type></time></attributes>"
        let mixed =
            "<attributes><time><beats>3</beats><beat-type>8</beat-type><beats>1</beats><beat-type>4</beat-type></time></attributes>"
        let score = try Sketch.score(Sketch.musicXML(whole("C4"), seven, mixed, whole("C4")))
        #expect(score.measures.map(\.timeSignature) == [.init(4, 4), .init(7, 8), .init(5, 8), .init(5, 8)])
        #expect(score.measures.map(\.length) == [4, 3.5, 2.5, 4])
    }

    @Test("tempi from sound elements and metronome marks; a jump restores the printed tempo")
    func tempi() throws {
        func metronome(_ content: String) -> String { direction("<metronome>\(content)</metronome>") }
        let score = try Sketch.score(
            Sketch.musicXML(
                "<sound tempo=\"60\"/>" + whole("C4"),
                metronome("<beat-unit>quarter</beat-unit><beat-unit-dot/><per-minute>ca. 80</per-minute>")
                    + whole("C4"),
                metronome("<beat-unit>half</beat-unit><per-minute>50-70</per-minute>") + whole("C4"),
                metronome("<beat-unit>quarter</beat-unit><beat-unit>eighth</beat-unit>") + whole("C4")
                    + direction("<words>D.C.</words>") + "<sound tempo=\"0\"/>"))
        let rates = score.passages.map { (60 / score.tempo.secondsPerBeat(atBeat: $0.start)).rounded() }
        #expect(rates == [60, 120, 120, 60, 60, 120, 120, 60])
        #expect(score.warnings.contains { $0.contains("tempo of 0") })
    }

    @Test("rehearsal marks, title and composer")
    func labels() throws {
        let xml = Sketch.musicXML(whole("C4"), direction("<rehearsal>B</rehearsal>") + whole("C4"))
            .replacingOccurrences(
                of: "<part-list>",
                with: """
                    <work><work-title>Quartet</work-title></work><movement-title>Andante</movement-title><identification>\
                    <creator type="lyricist">X</creator><creator type="composer">A. &amp; B.</creator></identification><part-list>
                    """)
        let score = try Sketch.score(xml)
        #expect(score.title == "Quartet: Andante" && score.composer == "A. & B.")
        #expect(score.measures.map(\.label) == [nil, "B"])
    }

    @Test(
        "instruments: the program, else the sound, else the name",
        arguments: [
            ("<part-name>Violine I</part-name>", 40), ("<part-name>Violoncello</part-name>", 42),
            ("<part-name>Geige</part-name>", 40),
            ("<part-name>Vla.</part-name>", 41), ("<part-name>Clarinet in Bb</part-name>", 71),
            ("<part-name>Kontrabass</part-name>", 43),
            ("<part-name>Corno inglese</part-name>", 69), ("<part-name>Bass Clarinet</part-name>", 71),
            ("<part-name>X</part-name>", 0),
            (
                "<part-name>Solo</part-name><score-instrument id=\"i\"><instrument-name/><instrument-sound>wind.flutes.flute</instrument-sound></score-instrument>",
                73
            ),
            (
                "<part-name>Violin</part-name><score-instrument id=\"i\"/><midi-instrument id=\"i\"><midi-program>74</midi-program></midi-instrument>",
                73
            ),
            (
                "<part-name>Violin</part-name><score-instrument id=\"i\"/><midi-instrument id=\"i\"><midi-program>1</midi-program></midi-instrument>",
                40
            ),
            (
                "<part-name>Violin</part-name><score-instrument id=\"i\"/><midi-instrument id=\"i\"><midi-program>999</midi-program></midi-instrument>",
                40
            ),
        ])
    func programs(part: String, program: Int) throws {
        let score = try Sketch.score(Sketch.musicXML(whole("C4"), part: part))
        #expect(score.parts[0].program == program)
        #expect(score.notes[0].program == program)
    }

    @Test("a change of instrument applies to the notes after it")
    func programChange() throws {
        let change = "<sound><midi-instrument id=\"i\"><midi-program>46</midi-program></midi-instrument></sound>"
        let part =
            "<part-name>Violin</part-name><score-instrument id=\"i\"/><midi-instrument id=\"i\"><midi-program>41</midi-program></midi-instrument>"
        let named = "<instrument id=\"i\"/>"
        let score = try Sketch.score(
            Sketch.musicXML(Sketch.note("C4", 8, named) + change + Sketch.note("C4", 8, named), part: part))
        #expect(score.notes.map(\.program) == [40, 45])
        #expect(score.parts[0].program == 40)
    }

    @Test("drums have numbers instead of pitches; a score with only drums is rejected")
    func percussion() throws {
        let part = """
            <part-name>Drums</part-name><score-instrument id="i"/><midi-instrument id="i"><midi-channel>10</midi-channel>\
            <midi-unpitched>39</midi-unpitched></midi-instrument>
            """
        let stroke = "<note><unpitched/><duration>4</duration><instrument id=\"i\"/></note>"
        let drums = Sketch.musicXML(stroke, part: part)
        #expect(throws: ScoreError.noNotes(name: "sketch")) { try Sketch.score(drums) }
        let both = Self.joined(drums, Sketch.musicXML(whole("C4")))
        let score = try Sketch.score(both)
        #expect(score.parts.map(\.isPercussion) == [true, false])
        #expect(score.outline == "38@0 60@0")
        #expect(score.performed().map(\.pitch) == [60])
    }

    @Test("parts of different length; timewise equals partwise")
    func timewise() throws {
        let partwise = Self.joined(
            Sketch.musicXML(whole("C4"), whole("D4"), whole("E4")), Sketch.musicXML(Sketch.note("G3", 8)))
        let score = try Sketch.score(partwise)
        #expect(score.outline == "55@0 60@0 62@4 64@8")
        #expect(score.warnings.count == 1)
        let attributes = "<attributes><divisions>4</divisions></attributes>"
        let timewise = """
            <score-timewise><part-list><score-part id="P1"><part-name>Violin</part-name></score-part><score-part id="P2">\
            <part-name>Viola</part-name></score-part></part-list><measure number="1"><part id="P1">\(attributes)\(whole("C4"))</part>\
            <part id="P2">\(attributes)\(Sketch.note("G3", 8))</part></measure><measure number="2"><part id="P1">\(whole("D4"))</part>\
            </measure><measure number="3"><part id="P1">\(whole("E4"))</part></measure></score-timewise>
            """
        let other = try Sketch.score(timewise)
        #expect(other.outline == score.outline)
        #expect(other.parts.map(\.name) == ["Violin", "Viola"])
    }

    /// Combines the parts of two sketches into one score.
    private static func joined(_ first: String, _ second: String) -> String {
        func between(_ text: String, _ from: String, _ to: String) -> String {
            guard let start = text.range(of: from), let end = text.range(of: to, options: .backwards) else { return "" }
            return String(text[start.lowerBound..<end.upperBound])
        }
        let renamed = second.replacingOccurrences(of: "\"P1\"", with: "\"P2\"")
        return
            first
            .replacingOccurrences(
                of: "</part-list>", with: between(renamed, "<score-part ", "</score-part>") + "</part-list>"
            )
            .replacingOccurrences(
                of: "</score-partwise>", with: between(renamed, "<part id", "</part>") + "</score-partwise>")
    }
}
