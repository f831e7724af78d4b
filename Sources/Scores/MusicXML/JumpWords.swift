/// Recognises instructions such as "D.C. al Fine" in a direction's words.
struct JumpWords {
    private(set) var marks = Score.Structure.Marks()

    /// - Parameters:
    ///   - text: a direction's words.
    ///   - hasCodaSign: whether a coda sign is among them.
    init(_ text: String, hasCodaSign: Bool = false) {
        // Treat "D. C.", "D.C." and "DC" alike.
        let spaced = text.lowercased().map { $0.isLetter ? $0 : " " }
        var words = String(spaced).split(separator: " ").map(String.init)
        if let index = words.indices.dropLast().first(where: { words[$0] == "d" && ["c", "s"].contains(words[$0 + 1]) })
        {
            words.replaceSubrange(index...index + 1, with: ["d" + words[index + 1]])
        }
        let phrase = " " + words.joined(separator: " ") + " "
        func contains(_ any: String...) -> Bool { any.contains { phrase.contains(" \($0) ") } }
        let goesToCoda =
            contains("al coda", "alla coda", "to coda", "e coda", "e poi la coda")
            || hasCodaSign && contains("al", "alla", "to")
        if contains("dc", "da capo", "dacapo") {
            marks.jump = .init(
                goal: contains("fine") ? .fine : goesToCoda ? .coda : .unspecified, isFromWords: true)
        } else if contains("ds", "dal segno", "dalsegno", "del segno", "dal s") {
            marks.jump = .init(
                segno: "segno", goal: contains("fine") ? .fine : goesToCoda ? .coda : .unspecified, isFromWords: true)
        } else if words == ["fine"] || words == ["il", "fine"] {
            marks.isFine = true
        } else if contains("to coda", "alla coda", "al coda") || words == ["to"] && hasCodaSign {
            marks.toCoda = "coda"
        } else if words == ["coda"] {
            marks.coda = "coda"
        } else if words == ["segno"] {
            marks.segno = "segno"
        }
    }
}
