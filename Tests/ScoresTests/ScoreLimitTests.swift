import Foundation
import Scores
import Testing

/// Scores that are small, but would need much time, memory or stack. A test without an expectation about limits fails
/// by its time limit: without the fix, it takes minutes.
@Suite("Score limits", .timeLimit(.minutes(1)))
struct ScoreLimitTests {
    private typealias Marks = Score.Structure.Marks

    private func score(_ xml: String) throws -> Score { try Score(data: Data(xml.utf8), name: "sketch") }

    @Test("deeply nested repeats do not exhaust the stack")
    func nestedRepeats() {
        let depth = 20_000
        var marks = [Marks](repeating: Marks(), count: 2 * depth)
        for index in 0..<depth {
            marks[index].opensRepeat = true
            marks[depth + index].closesRepeat = 2
        }
        let structure = Score.Structure(marks: marks)
        let nested = structure.sections.filter { $0.measures.contains(depth) }
        #expect(nested.count == 32)
        #expect(Set(structure.order(.written).measures) == Set(0..<2 * depth))
    }

    @Test("a jump in every measure is an excessive repeat")
    func jumps() {
        var marks = [Marks](repeating: Marks(), count: 40_000)
        for index in marks.indices { marks[index].jump = .init() }
        let order = Score.Structure(marks: marks).order(.written)
        #expect(order.measures == Array(0..<40_000))
        #expect(order.warnings.count == 1)
    }

    @Test("a jump to nowhere in every measure is ignored in linear time")
    func missingSegnos() {
        var marks = [Marks](repeating: Marks(), count: 40_000)
        for index in marks.indices { marks[index].jump = .init(segno: "s") }
        let order = Score.Structure(marks: marks).order(.written)
        #expect(order.measures == Array(0..<40_000))
        #expect(order.warnings.count == 40_000)
    }

    @Test("an ending in every measure is read in linear time")
    func endings() {
        var marks = [Marks](repeating: Marks(), count: 40_000)
        marks[0].opensRepeat = true
        for index in 1..<marks.count {
            marks[index].endingBegins = []
            marks[index].endingEnds = true
        }
        let structure = Score.Structure(marks: marks)
        #expect(structure.sections.map(\.endings.count) == [39_999])
        #expect(structure.sections.map(\.plays) == [39_999])
        #expect(structure.order(.written).warnings.count == 1)
    }

    @Test("repeated tempo changes are limited like repeated notes")
    func tempoChanges() throws {
        let repeated = "<barline><repeat direction=\"backward\" times=\"100\"/></barline>"
        let opening = "<barline location=\"left\"><repeat direction=\"forward\"/></barline>"
        let tempi = String(repeating: "<sound tempo=\"90\"/>", count: 200)
        let note = Sketch.note("C4", 16)
        let score = try score(
            Sketch.musicXML(opening + note, opening + tempi + note + repeated, note + repeated))
        #expect(score.passages.count == 3)
        #expect(score.warnings.contains { $0.contains("tempo changes and were ignored") })
    }

    @Test("a long part name is not parsed for every instrument")
    func partNames() throws {
        let name = String(repeating: "x ", count: 300_000)
        let instruments = (0..<2_000).map { "<score-instrument id=\"\($0)\"/>" }.joined()
        let score = try score(
            Sketch.musicXML(Sketch.note("C4", 16), part: "<part-name>\(name)</part-name>\(instruments)"))
        #expect(score.notes.count == 1)
    }

    @Test("section names are looked up in constant time")
    func sectionNames() throws {
        let names = (0..<40_000).map { "*>\($0)\n4c\n" }.joined()
        #expect(try score("**kern\n\(names)*-\n").measures.count == 40_000)
    }

    @Test("columns are limited")
    func columns() throws {
        var lines = "**kern\n"
        var count = 1
        while count <= 512 {
            lines += Array(repeating: "*^", count: count).joined(separator: "\t") + "\n"
            count *= 2
        }
        let score = try score(lines + "4c\n")
        #expect(score.warnings.contains { $0.contains("more than 512 columns") })
    }

    @Test("many ties at one pitch: the continuing note joins one of them")
    func ties() throws {
        // A note and its 100 ties, all at the first beat, then one note that continues a tie.
        let tied = Sketch.note("C4", 4, "<tie type=\"start\"/>") + "<backup><duration>4</duration></backup>"
        let last = Sketch.note("C4", 4, "<tie type=\"stop\"/>")
        let score = try score(
            Sketch.musicXML(String(repeating: tied, count: 100) + "<forward><duration>4</duration></forward>" + last))
        #expect(score.notes.count == 100)
        #expect(score.notes.filter { $0.duration == 2 }.count == 1)
    }
}
