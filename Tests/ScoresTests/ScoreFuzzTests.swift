import Basics
import Foundation
import Music
import ScoreChecks
import Scores
import Testing

/// Reading any bytes returns a valid score or throws. Seeds are fixed so that failures are reproducible.
@Suite("Damaged scores")
struct ScoreFuzzTests {
    private static let xml = Sketch.musicXML(
        "<barline location=\"left\"><repeat direction=\"forward\"/></barline>"
            + Sketch.note("C4", 4, "<tie type=\"start\"/>")
            + Sketch.note("C4", 4, "<tie type=\"stop\"/><staff>2</staff>") + Sketch.note("E4", 4, "", first: "<chord/>")
            + Sketch.note("D4", 0, "", first: "<grace/>") + Sketch.note("G4", 8, "<voice>2</voice>"),
        "<barline location=\"left\"><ending number=\"1\" type=\"start\"/></barline>" + Sketch.note("R", 8)
            + "<backup><duration>8</duration></backup><forward><duration>4</duration></forward>" + Sketch.note("A4", 12)
            + "<barline><ending number=\"1\" type=\"stop\"/><repeat direction=\"backward\" times=\"2\"/></barline>",
        "<attributes><divisions>12</divisions><transpose><chromatic>-2</chromatic></transpose></attributes><sound tempo=\"90\"/>"
            + Sketch.note("F#5", 48)
            + "<direction><direction-type><words>D.C. al Fine</words></direction-type></direction>")

    private static let kern = """
        **kern\t**kern\n*M4/4\t*M4/4\n*>[A,A,B]\t*>[A,A,B]\n*>A\t*>A\n=1\t=1\n*^\t*\n4C\t[2c\t4.cc 4.ee\n4D\t.\t.\n.\t2c]\t8qff\n2E\t.\t2dd\n*v\t*v\t*
        =2:|!\t=2:|!\n*>B\t*>B\n1C\t3%2c\n==\t==\n*-\t*-
        """

    private func check(_ bytes: [UInt8]) {
        guard let score = try? Score(data: Data(bytes), name: "x") else { return }
        let violations = score.violations
        if !violations.isEmpty {
            Issue.record("\(violations.prefix(3)) in \(String(decoding: bytes, as: UTF8.self).prefix(3_000))")
        }
    }

    private func damage(_ bytes: [UInt8], rounds: Int, seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for _ in 0..<rounds {
            var copy = bytes
            for _ in 0..<Int.random(in: 1...6, using: &random) where !copy.isEmpty {
                let place = Int.random(in: 0..<copy.count, using: &random)
                switch Int.random(in: 0..<7, using: &random) {
                case 0: copy[place] = UInt8.random(in: 0...255, using: &random)
                case 1: copy.remove(at: place)
                case 2: copy.insert(UInt8(ascii: "9"), at: place)
                case 3: copy.removeSubrange(place..<min(copy.count, place + Int.random(in: 1...60, using: &random)))
                case 4:
                    let other = Int.random(in: 0..<copy.count, using: &random)
                    let piece = copy[other..<min(copy.count, other + Int.random(in: 1...120, using: &random))]
                    copy.insert(contentsOf: piece, at: place)
                case 5:
                    if let digit = copy[place...].firstIndex(where: { (48...57).contains($0) }) {
                        copy[digit] = 48 + UInt8.random(in: 0...9, using: &random)
                    }
                default: if Int.random(in: 0..<8, using: &random) == 0 { copy.removeSubrange(place...) }
                }
            }
            check(copy)
        }
    }

    @Test func musicXML() { damage(Array(Self.xml.utf8), rounds: 1_500, seed: 11) }

    @Test func compressed() {
        damage(
            [UInt8](Zip([("META-INF/container.xml", "<rootfile full-path=\"a.xml\"/>"), ("a.xml", Self.xml)]).data),
            rounds: 600, seed: 12)
    }

    @Test func kern() { damage(Array(Self.kern.utf8), rounds: 3_000, seed: 13) }

    @Test func midi() throws {
        let file = try Sketch.score(Self.xml).midiFile()
        damage(file.data, rounds: 3_000, seed: 14)
    }

    @Test func randomBytes() {
        var random = SplitMix64(seed: 15)
        let heads = [
            "", "MThd\0\0\0\u{6}\0\u{1}\0\u{1}\u{7F}\u{1}MTrk\0\0\0\u{7F}", "<score-partwise>", "**kern\n",
            "PK\u{3}\u{4}",
        ]
        .map { Array($0.utf8) }
        for _ in 0..<2_000 {
            let tail = (0..<Int.random(in: 0...200, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            check((heads.randomElement(using: &random) ?? []) + tail)
        }
    }

    /// Well-formed MusicXML with out-of-range numbers.
    @Test func wellFormedInvalidMusicXML() {
        var random = SplitMix64(seed: 16)
        let numbers = [
            "0", "-1", "1e300", "nan", "4", "16", "99999999999999999999", "", "3.7", "-2147483649", "1e9", "0.000001",
        ]
        func number() -> String { numbers.randomElement(using: &random) ?? "" }
        for _ in 0..<600 {
            let measures = (0..<Int.random(in: 1...4, using: &random)).map { _ in
                (0..<Int.random(in: 0...8, using: &random)).map { _ -> String in
                    switch Int.random(in: 0..<9, using: &random) {
                    case 0:
                        "<note><pitch><step>C</step><alter>\(number())</alter><octave>\(number())</octave></pitch><duration>\(number())</duration></note>"
                    case 1: "<backup><duration>\(number())</duration></backup>"
                    case 2: "<forward><duration>\(number())</duration></forward>"
                    case 3:
                        "<attributes><divisions>\(number())</divisions><time><beats>\(number())</beats><beat-type>8</beat-type></time></attributes>"
                    case 4: "<sound tempo=\"\(number())\" dynamics=\"\(number())\" dacapo=\"yes\"/>"
                    case 5:
                        "<attributes><transpose><chromatic>\(number())</chromatic><octave-change>\(number())</octave-change></transpose></attributes>"
                    case 6:
                        "<barline><ending number=\"\(number())\" type=\"start\"/><repeat direction=\"backward\" times=\"\(number())\"/></barline>"
                    case 7:
                        "<direction><direction-type><metronome><beat-unit>half</beat-unit><per-minute>\(number())</per-minute></metronome></direction-type><offset sound=\"yes\">\(number())</offset></direction>"
                    default:
                        Sketch.note(
                            "D4", Int.random(in: 1...16, using: &random),
                            "<voice>\(number())</voice><staff>\(number())</staff>")
                    }
                }.joined()
            }
            let body = measures.map { "<measure>\($0)</measure>" }.joined()
            check(
                Array(
                    "<score-partwise><part id=\"P1\">\(body)<measure>\(Sketch.note("C4", 4))</measure></part></score-partwise>"
                        .utf8))
        }
    }
}
