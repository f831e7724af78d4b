/// Reads "D.C. al Fine" and its kin out of words.
struct JumpWords {
    private(set) var marks = Score.Structure.Marks()

    /// - Parameters:
    ///   - text: a direction's words.
    ///   - hasCodaSign: whether a coda sign stands among them.
    init(_ text: String, hasCodaSign: Bool = false) {
        // "D. C." and "D.C." and "DC" are one.
        let spaced = text.lowercased().map { $0.isLetter ? $0 : " " }
        var words = String(spaced).split(separator: " ").map(String.init)
        if let index = words.indices.dropLast().first(where: { words[$0] == "d" && ["c", "s"].contains(words[$0 + 1]) })
        {
            words.replaceSubrange(index...index + 1, with: ["d" + words[index + 1]])
        }
        let phrase = " " + words.joined(separator: " ") + " "
        func says(_ any: String...) -> Bool { any.contains { phrase.contains(" \($0) ") } }
        let goesToCoda =
            says("al coda", "alla coda", "to coda", "e coda", "e poi la coda")
            || hasCodaSign && says("al", "alla", "to")
        if says("dc", "da capo", "dacapo") {
            marks.jump = .init(goal: says("fine") ? .fine : goesToCoda ? .coda : .unsaid)
        } else if says("ds", "dal segno", "dalsegno", "del segno", "dal s") {
            marks.jump = .init(segno: "segno", goal: says("fine") ? .fine : goesToCoda ? .coda : .unsaid)
        } else if words == ["fine"] || words == ["il", "fine"] {
            marks.isFine = true
        } else if says("to coda", "alla coda", "al coda") || words == ["to"] && hasCodaSign {
            marks.toCoda = "coda"
        } else if words == ["coda"] {
            marks.coda = "coda"
        } else if words == ["segno"] {
            marks.segno = "segno"
        }
    }
}
