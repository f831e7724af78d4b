import Foundation
import Scores

/// A compact notation of structures and scores for tests.
enum Sketch {
    /// Measures are separated by spaces. Each is a letter with signs:
    /// `|:` before it, `:|` or `:|3` after it, `[1,2` where an ending begins, `]` where it ends, `$` segno, `@` coda,
    /// `>` to coda, `!` fine, `+` a new movement, `*` repeated after jumps, `=` a trio, and a jump after a slash: DC,
    /// DCF, DCC, DS, DSF, DSC, or the same in small letters if only words say so.
    static func marks(_ text: String) -> [Score.Structure.Marks] {
        text.split(separator: " ").map { token in
            var marks = Score.Structure.Marks()
            var rest = String(token)
            func take(_ sign: String) -> Bool {
                guard let range = rest.range(of: sign) else { return false }
                rest.removeSubrange(range)
                return true
            }
            if let slash = rest.firstIndex(of: "/") {
                let written = rest[slash...].dropFirst()
                let jump = written.uppercased()
                rest = String(rest[..<slash])
                marks.jump = .init(
                    segno: jump.hasPrefix("DS") ? "segno" : nil,
                    goal: jump.hasSuffix("F") ? .fine : jump.count == 3 ? .coda : .unspecified,
                    isFromWords: written != jump)
            }
            if take("|:") { marks.opensRepeat = true }
            if take(":|3") { marks.closesRepeat = 3 } else if take(":|") { marks.closesRepeat = 2 }
            marks.endingEnds = take("]")
            if take("$") { marks.segno = "segno" }
            if take("@") { marks.coda = "coda" }
            if take(">") { marks.toCoda = "coda" }
            marks.isFine = take("!")
            marks.beginsMovement = take("+")
            marks.repeatsAfterJump = take("*")
            marks.beginsTrio = take("=")
            if let bracket = rest.firstIndex(of: "[") {
                marks.endingBegins = rest[bracket...].dropFirst().split(separator: ",").compactMap { Int($0) }
            }
            return marks
        }
    }

    /// MusicXML with one part, from the elements in its measures.
    static func musicXML(
        _ measures: String..., divisions: Int = 4, time: String = "4/4", part: String = "<part-name>Violin</part-name>"
    ) -> String {
        let meter = time.split(separator: "/")
        let attributes = """
            <attributes><divisions>\(divisions)</divisions><time><beats>\(meter[0])</beats>\
            <beat-type>\(meter[1])</beat-type></time></attributes>
            """
        let body = measures.enumerated().map { index, content in
            content.hasPrefix("<measure")
                ? content.replacingOccurrences(of: "@", with: index == 0 ? attributes : "")
                : "<measure number=\"\(index + 1)\">\(index == 0 ? attributes : "")\(content)</measure>"
        }
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <score-partwise version="4.0"><part-list><score-part id="P1">\(part)</score-part></part-list>
            <part id="P1">\(body.joined(separator: "\n"))</part></score-partwise>
            """
    }

    /// A note such as "C4", "F#5" or "Bb3", or a rest for "R". `extra` is inserted into the element.
    static func note(_ name: String, _ duration: Int, _ extra: String = "", first: String = "") -> String {
        guard name != "R", let step = name.first, let octave = name.last else {
            return "<note><rest/><duration>\(duration)</duration></note>"
        }
        let alter = name.contains("#") ? "<alter>1</alter>" : name.contains("b") ? "<alter>-1</alter>" : ""
        let length = first.contains("grace") ? "" : "<duration>\(duration)</duration>"
        return
            "<note>\(first)<pitch><step>\(step)</step>\(alter)<octave>\(octave)</octave></pitch>\(length)\(extra)</note>"
    }

    static func score(_ xml: String) throws -> Score { try Score(data: Data(xml.utf8), name: "sketch") }
}

extension Score {
    /// All notes with their onsets: "60@0 64@1.5".
    var outline: String {
        notes.map { note in
            let onset =
                note.onset == note.onset.rounded() ? "\(Int(note.onset))" : "\((note.onset * 1000).rounded() / 1000)"
            return "\(note.pitch)@\(onset)"
        }.joined(separator: " ")
    }

    /// Printed measure numbers in order of play.
    var played: String { passages.map { measures[$0.measure].number }.joined(separator: " ") }
}
