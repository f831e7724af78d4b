import Foundation
import Music
import ScoreChecks
import Scores
import Testing

@Suite("MIDI scores")
struct MIDIScoreTests {
    private func on(_ tick: Int, _ key: Int, channel: Int = 0) -> MIDIEvent {
        MIDIEvent(tick: tick, message: .noteOn(channel: channel, key: key, velocity: 70))
    }
    private func off(_ tick: Int, _ key: Int, channel: Int = 0) -> MIDIEvent {
        MIDIEvent(tick: tick, message: .noteOff(channel: channel, key: key, velocity: 64))
    }
    private func name(_ text: String) -> MIDIEvent { MIDIEvent(tick: 0, message: .text(kind: 3, text)) }
    private func meter(_ tick: Int, _ numerator: Int, _ denominator: Int) -> MIDIEvent {
        MIDIEvent(tick: tick, message: .timeSignature(numerator: numerator, denominator: denominator))
    }
    private func score(_ tracks: [MIDIEvent]..., resolution: Int = 480) throws -> Score {
        // Encode and parse, so that the bytes are tested too.
        let file = MIDIFile(division: .ticksPerQuarter(resolution), tracks: tracks)
        let score = try Score(data: Data(file.data), name: "x")
        #expect(score.violations.isEmpty)
        return score
    }

    @Test("beats are quarter notes from the start of the file in any meter")
    func beats() throws {
        let score = try score([
            meter(0, 6, 8), on(0, 60), off(240, 60), on(720, 62), off(1440, 62), on(1440, 64), off(1500, 64),
        ])
        #expect(score.outline == "60@0 62@1.5 64@3")
        #expect(score.notes.map(\.duration) == [0.5, 1.5, 0.125])
        #expect(score.notes.map(\.value) == ["Eighth", "Dotted Quarter", "Thirty Second"])
        #expect(score.measures.map(\.length) == [3, 3])
        #expect(score.position(atBeat: 3.5).beat == 2 && score.position(atBeat: 3.5).number == "2")
    }

    @Test("a short first measure is a pickup; a meter change within a measure ends it")
    func meters() throws {
        let score = try score([
            meter(0, 1, 4), meter(480, 3, 4), meter(480 * 7, 2, 4), meter(480 * 10, 4, 4), on(0, 60), off(480 * 12, 60),
        ])
        #expect(score.measures.map(\.length) == [1, 3, 3, 2, 1, 4])
        #expect(score.measures.map(\.number) == ["0", "1", "2", "3", "4", "5"])
        #expect(score.measures[0].timeSignature == .init(3, 4))
        #expect(score.position(atBeat: 0).beat == 3)
    }

    @Test("parts are ordered by track and channel, and have names and programs")
    func parts() throws {
        let score = try score(
            [name("Sonata"), MIDIEvent(tick: 0, message: .program(channel: 1, number: 42))],
            [name("Flute"), on(480, 72), off(960, 72)],
            [
                on(0, 40, channel: 1), off(480, 40, channel: 1), on(0, 38, channel: 9), off(480, 38, channel: 9),
                MIDIEvent(tick: 960, message: .program(channel: 1, number: 43)), on(960, 41, channel: 1),
                off(1000, 41, channel: 1),
            ])
        #expect(score.title == "Sonata")
        #expect(score.parts.map(\.name) == ["Flute", "Part 2", "Part 3"])
        #expect(score.parts.map(\.program) == [73, 42, 0])
        #expect(score.parts.map(\.isPercussion) == [false, false, true])
        #expect(score.notes.map(\.program) == [0, 42, 73, 43])
    }

    @Test("tempi are kept, and markers label their measures")
    func tempi() throws {
        let score = try score([
            MIDIEvent(tick: 0, message: .tempo(microsecondsPerQuarter: 1_000_000)), on(0, 60), off(1920, 60),
            MIDIEvent(tick: 960, message: .tempo(microsecondsPerQuarter: 250_000)),
            MIDIEvent(tick: 1920, message: .text(kind: 6, "Trio")), on(1920, 62), off(2400, 62),
        ])
        #expect(score.tempo.seconds(atBeat: 4) == 2.5)
        #expect(score.measures.map(\.label) == [nil, "Trio"])
    }

    @Test(
        "an unreleased note ends with its measure or its key's next note; overlapping notes pair first in, first out"
    )
    func unfinished() throws {
        let score = try score([
            on(0, 60), on(480, 60), on(480, 64), off(3000, 70), on(2400, 65), on(2880, 67), off(3840, 67),
        ])
        #expect(score.notes.map(\.duration) == [1, 3, 3, 3, 2])
        #expect(score.warnings.count == 1)
        let overlap = try self.score([on(0, 60), on(480, 60), off(960, 60), off(1440, 60)])
        #expect(overlap.notes.map(\.duration) == [2, 2])
    }

    @Test("a note of zero length is kept")
    func instant() throws {
        let file = MIDIFile(
            division: .ticksPerQuarter(480), tracks: [[on(0, 60), off(0, 60), on(480, 62), off(960, 62)]])
        let score = try Score(file, name: "x")
        #expect(score.notes.map(\.duration) == [1.0 / 32, 1])
        #expect(score.notes.allSatisfy { !$0.isGrace })
    }

    @Test("SMPTE time: half a second is one beat, with a warning")
    func frames() throws {
        let file = MIDIFile(division: .ticksPerSecond(1000), tracks: [[on(500, 60), off(1000, 60)]])
        let score = try Score(data: Data(file.data), name: "x")
        #expect(score.outline == "60@1" && score.warnings.count == 1)
        #expect(score.performed()[0].start == 0.5)
    }

    @Test("independent tracks (type 2) follow one another")
    func separate() throws {
        var bytes = MIDIFile(
            division: .ticksPerQuarter(480), tracks: [[on(0, 60), off(480, 60)], [on(0, 62), off(480, 62)]]
        ).data
        bytes[9] = 2
        let score = try Score(data: Data(bytes), name: "x")
        #expect(score.outline == "60@0 62@4")
    }

    @Test("extreme times do not produce unlimited measures")
    func endless() throws {
        let file = MIDIFile(
            division: .ticksPerQuarter(1),
            tracks: [[on(0, 60), off(100_000_000, 60), on(100_000_000, 62), off(100_000_001, 62)]])
        let score = try Score(data: Data(file.data), name: "x")
        #expect(score.violations.isEmpty && score.measures.count <= 50_001)
        #expect(score.warnings == ["it has more than 50000 measures: the rest was merged into one"])
    }

    @Test("files without pitched notes are rejected")
    func noNotes() {
        #expect(throws: ScoreError.noNotes(name: "x")) { try score([meter(0, 3, 4)]) }
        #expect(throws: ScoreError.noNotes(name: "x")) { try score([on(0, 38, channel: 9), off(480, 38, channel: 9)]) }
    }

    @Test("a score written as MIDI round-trips")
    func roundTrip() throws {
        let xml = Sketch.musicXML(
            "<measure number=\"0\">@\(Sketch.note("C4", 4))</measure>",
            "<measure number=\"1\"><sound tempo=\"90\"/>\(Sketch.note("E4", 12))</measure>",
            "<measure number=\"2\">\(Sketch.note("G4", 8))\(Sketch.note("A4", 4))"
                + "<barline><repeat direction=\"backward\"/></barline></measure>",
            time: "3/4")
        let first = try Sketch.score(xml)
        let second = try Score(data: Data(first.midiFile().data), name: "x")
        #expect(second.outline == first.outline)
        #expect(second.passages.map(\.length) == first.passages.map(\.length))
        #expect(abs(second.tempo.seconds(atBeat: 5) - first.tempo.seconds(atBeat: 5)) < 1e-5)
        #expect(second.parts.map(\.name) == ["Violin"] && second.notes.allSatisfy { $0.program == 40 })
        // MIDI represents each repeat as new measures.
        #expect(second.measures.count == first.passages.count)
    }
}
