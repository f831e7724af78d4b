import Foundation
import Scores
import Testing

@Suite("Score files")
struct FileTests {
    private let xml = Sketch.musicXML(Sketch.note("C4", 16))

    private func reason(_ bytes: [UInt8]) -> String {
        do {
            _ = try Score(data: Data(bytes), name: "x")
            return ""
        } catch { return error.description }
    }

    @Test(
        "unsupported files give a reason and a remedy",
        arguments: [
            ("", "empty"), ("%PDF-1.4", "export it as MusicXML"), ("\\version \"2.24\"", "LilyPond"),
            ("X:1\nT:", "ABC"),
            ("RIFF....WAVEfmt ", "a recording"), ("fLaC", "a recording"), ("hello, world", "'hello, world'"),
            ("<?xml version=\"1.0\"?><museScore/>", "MuseScore"), ("<mei/>", "MEI"),
            ("<html><body/></html>", "web page"),
            ("<svg/>", "image"), ("<foo/>", "<foo>"), ("<", "XML"), ("<score-partwise/>", "no measures"),
            ("<score-partwise><part id=\"P1\"><measure>", "damaged at line 1"), ("**text\nla\n*-", "without a **kern"),
            ("MThd", "MIDI header"), ("start_time,end_time", "label file"),
        ])
    func unreadable(text: String, hint: String) {
        let sentence = reason(Array(text.utf8))
        #expect(sentence.contains(hint) && sentence.hasSuffix("."), "\(sentence)")
    }

    @Test("missing files and folders are distinct errors")
    func missing() {
        #expect(throws: ScoreError.missingFile(path: "/nonexistent/a.mid")) { try Score(path: "/nonexistent/a.mid") }
        #expect(throws: ScoreError.unreadableFile(path: "/", reason: "it is a directory")) { try Score(path: "/") }
    }

    @Test("reads UTF-16 in either byte order, UTF-8 with a mark, and Latin-1")
    func encodings() throws {
        let named = xml.replacingOccurrences(of: "Violin", with: "Flöte")
        let wide = named.replacingOccurrences(of: "UTF-8", with: "UTF-16")
        let units = Array(wide.utf16)
        let files: [[UInt8]] = [
            [0xFF, 0xFE] + units.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] },
            [0xFE, 0xFF] + units.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] },
            [0xEF, 0xBB, 0xBF] + Array(named.utf8),
            named.replacingOccurrences(of: "UTF-8", with: "ISO-8859-1").unicodeScalars.map {
                UInt8(truncatingIfNeeded: $0.value)
            },
        ]
        for file in files {
            let score = try Score(data: Data(file), name: "x")
            #expect(score.parts[0].name == "Flöte" && score.parts[0].program == 73 && score.outline == "60@0")
        }
    }

    @Test("DTDs are not fetched; entities neither read files nor expand")
    func entities() throws {
        let doctype =
            "<!DOCTYPE score-partwise PUBLIC \"-//Recordare//DTD MusicXML 4.0 Partwise//EN\" \"http://localhost:1/p.dtd\">"
        #expect(
            try Sketch.score(xml.replacingOccurrences(of: "<score-partwise", with: doctype + "<score-partwise")).outline
                == "60@0")
        var bomb = "<!ENTITY a \"aaaaaaaaaa\">"
        for index in 1..<12 {
            let names = Array("abcdefghijkl").map(String.init)
            bomb += "<!ENTITY \(names[index]) \"" + String(repeating: "&\(names[index - 1]);", count: 10) + "\">"
        }
        let file = "<!ENTITY f SYSTEM \"file:///etc/hostname\">"
        for (internals, name) in [(bomb, "&l;"), (file, "&f;")] {
            let text = xml.replacingOccurrences(
                of: "<score-partwise", with: "<!DOCTYPE x [\(internals)]><score-partwise"
            )
            .replacingOccurrences(of: "Violin", with: name)
            #expect(try Sketch.score(text).parts[0].name == name)
        }
    }

    @Test("music before the damage is kept")
    func damaged() throws {
        let long = Sketch.musicXML(Sketch.note("C4", 16), Sketch.note("D4", 16), Sketch.note("E4", 16))
        let score = try Sketch.score(String(long.prefix(long.count - 120)))
        #expect(score.outline == "60@0 62@4")
        #expect(score.warnings.contains { $0.contains("damaged at line") })
    }

    @Test("compressed: uses the score in the container, else the first score file")
    func compressed() throws {
        let container = """
            <container><rootfiles><rootfile full-path="p.pdf" media-type="application/pdf"/><rootfile full-path="in/a.musicxml"/>\
            </rootfiles></container>
            """
        let decoy = Sketch.musicXML(Sketch.note("D4", 16))
        let named = Zip([("b.xml", decoy), ("META-INF/container.xml", container), ("in/a.musicxml", xml)])
        #expect(try Score(data: named.data, name: "x").outline == "60@0")
        #expect(try Score(data: Zip([("readme.txt", "no"), ("a.xml", xml)]).data, name: "x").outline == "60@0")
        let wrong = Zip([("META-INF/container.xml", container), ("c.xml", xml)])
        #expect(try Score(data: wrong.data, name: "x").outline == "60@0")
    }

    @Test("archives without a score are identified")
    func archives() {
        #expect(reason([UInt8](Zip([("a.mscx", "<museScore/>")]).data)).contains("MuseScore"))
        #expect(reason([UInt8](Zip([("mimetype", "application/odt")]).data)).contains("office"))
        #expect(reason([UInt8](Zip([("a.txt", "")]).data)).contains("no MusicXML"))
        #expect(reason([0x50, 0x4B, 0x03, 0x04, 0, 0]).contains("not a valid score"))
    }

    @Test("an archive that unpacks to more than half a gigabyte is rejected")
    func bomb() {
        let sentence = reason([UInt8](Zip.bomb(name: "a.xml", megabytes: 513)))
        #expect(sentence.contains("512 MB"), "\(sentence)")
    }
}
