import Foundation

/// A streaming reader for MusicXML up to 4.0, both score-partwise and score-timewise, measure by measure.
final class MusicXMLReader {
    private static let skipped: Set<String> = [
        "accidental", "appearance", "articulations", "beam", "bookmark", "credit", "defaults", "figured-bass",
        "fingering", "harmony", "key", "listening", "lyric", "miscellaneous", "notehead", "ornaments", "print", "slur",
        "staff-details", "stem",
    ]
    private static let headers: Set<String> = ["work", "movement-title", "identification", "part-list"]

    private let name: String
    private let reader: XMLNodeReader
    private var page = MusicXMLPage()
    private var parts: [MusicXMLPartReader] = []
    private var partIndices: [String: Int] = [:]
    private var isTimewise = false
    // The current part in a partwise score, the current measure in a timewise one.
    private var currentPart = 0
    private var currentMeasure: XMLNode?
    private var measureCount = 0
    private var workTitle: String?
    private var movementTitle: String?
    private var composer: String?

    /// Reads a document.
    ///
    /// - Throws: `ScoreError.badScore` if it is not a MusicXML score or has no measures.
    static func read(_ data: Data, name: String) throws(ScoreError) -> Sheet {
        try MusicXMLReader(name: name).read(data)
    }

    private init(name: String) {
        self.name = name
        reader = XMLNodeReader(collecting: Self.headers, skipping: Self.skipped)
    }

    private func read(_ data: Data) throws(ScoreError) -> Sheet {
        // `unowned` breaks the reference cycle; the reader does not outlive this call.
        reader.onStart = { [unowned self] in begin($0) }
        reader.onNode = { [unowned self] in take($0) }
        let end = reader.parse(data)
        guard let root = reader.root else {
            throw .badScore(name: name, reason: "it is not well-formed XML")
        }
        guard ["score-partwise", "score-timewise"].contains(root) else {
            throw .badScore(name: name, reason: Self.explanation(root))
        }
        if case .damaged(let line) = end {
            guard !page.measures.isEmpty else {
                throw .badScore(name: name, reason: "its XML is damaged at line \(line), before any measure")
            }
            page.warnings.add("its XML is damaged at line \(line): the rest was skipped")
        }
        guard !page.measures.isEmpty else { throw .badScore(name: name, reason: "it has no measures") }
        let counts = Set(parts.filter { !$0.hasOwnBarlines }.map(\.measureCount).filter { $0 > 0 })
        if counts.count > 1 {
            page.warnings.add(
                "its parts have different numbers of measures (\(counts.min() ?? 0) to \(counts.max() ?? 0))")
        }
        return page.sheet(title: title, composer: composer, parts: parts)
    }

    /// MuseScore did before 3.5.
    private static func writesSmallNotesAsCues(_ software: String) -> Bool {
        let words = software.split(separator: " ")
        guard words.count >= 2, words[0] == "MuseScore" else { return false }
        let version = words[1].split(separator: ".").compactMap { Int($0) }
        guard let major = version.first else { return false }
        return (major, version.count > 1 ? version[1] : 0) < (3, 5)
    }

    private var title: String? {
        switch (workTitle, movementTitle) {
        case (let work?, let movement?): work == movement ? work : "\(work): \(movement)"
        case (let work, let movement): work ?? movement
        }
    }

    private static func explanation(_ root: String) -> String {
        switch root {
        case "museScore": "it is a MuseScore document, which is converted from a file only: load it by its path"
        case "mei", "music", "meiCorpus": "it is MEI: convert it to MusicXML"
        case "opus": "it is a MusicXML opus, which only lists other files: use one of those"
        case "html": "it is a web page, not a score"
        case "svg": "it is an image, not a score"
        case "container": "it is the container file of a compressed score: use the .mxl file"
        default: "its root element is <\(root.prefix(40))>, not MusicXML's <score-partwise> or <score-timewise>"
        }
    }

    // MARK: Elements

    private func begin(_ element: XMLNode) {
        switch element.name {
        case "score-partwise": reader.collected = Self.headers.union(["measure"])
        case "score-timewise":
            reader.collected = Self.headers.union(["part"])
            isTimewise = true
        case "part" where !isTimewise:
            currentPart = part(element.attributes["id"] ?? "")
            parts[currentPart].rewind()
        case "measure" where isTimewise:
            currentMeasure = element
            measureCount += 1
        default: if element.name == reader.root { reader.stop() }
        }
    }

    private func take(_ node: XMLNode) {
        switch node.name {
        case "work": workTitle = node.text("work-title")
        case "movement-title": movementTitle = node.trimmed
        case "identification":
            composer = node.all("creator").first { $0.attributes["type"] == "composer" }?.trimmed
            page.playsCues = node.all("encoding").contains { encoding in
                encoding.all("software").contains { Self.writesSmallNotesAsCues($0.text) }
            }
        case "part-list":
            for element in node.all("score-part") {
                let index = part(element.attributes["id"] ?? "")
                parts[index].description = MusicXMLPart(element, number: index + 1)
            }
        case "measure":
            if parts.isEmpty { currentPart = part("") }
            parts[currentPart].read(node, number: node.attributes, into: &page)
        case "part":
            let index = part(node.attributes["id"] ?? "")
            parts[index].advance(to: measureCount - 1)
            parts[index].read(node, number: currentMeasure?.attributes ?? [:], into: &page)
        default: break
        }
        if page.isFull { reader.stop() }
    }

    private func part(_ id: String) -> Int {
        if let index = partIndices[id] { return index }
        let index = parts.count
        partIndices[id] = index
        parts.append(MusicXMLPartReader(index: index))
        return index
    }
}
