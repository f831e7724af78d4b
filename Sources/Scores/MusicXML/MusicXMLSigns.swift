/// The contents of a direction that affect playing: tempo, dynamics, rehearsal marks, segno, coda, D.C. and D.S.
struct MusicXMLSigns {
    var secondsPerBeat: Double?
    /// The new length of a beat in lengths of the previous one, if ``secondsPerBeat`` is nil.
    var paceRatio: Double?
    var hasZeroTempo = false
    /// The passes in which the tempo applies; empty for all.
    var passes: [Int] = []
    /// Divisions after the position where it is written.
    var offset = 0.0
    var velocity: Int?
    var label: String?
    private var marks = Score.Structure.Marks()

    /// Lengths of the note types in beats.
    static let lengths: [String: Double] = [
        "maxima": 32, "long": 16, "breve": 8, "whole": 4, "half": 2, "quarter": 1, "eighth": 0.5, "16th": 0.25,
        "32nd": 0.125, "64th": 0.0625, "128th": 0.03125, "256th": 0.015625, "512th": 0.0078125, "1024th": 0.00390625,
    ]
    private static let levels: [String: Int] = [
        "pppp": 20, "ppp": 25, "pp": 36, "p": 49, "mp": 64, "mf": 80, "f": 96, "ff": 112, "fff": 120, "ffff": 126,
        "fp": 49, "sfp": 49, "pf": 80,
    ]

    /// The signs as characters: of Unicode, and of music fonts (SMuFL).
    private static let characters: [(name: String, characters: Set<Unicode.Scalar>)] = [
        ("segno", ["\u{1D10B}", "\u{E047}"]), ("coda", ["\u{1D10C}", "\u{E048}"]),
    ]

    /// Whether words head a trio, such as "Trio" or "TRIO II".
    private static func isTrio(_ text: String) -> Bool {
        let words = text.lowercased().split { !$0.isLetter }
        return words.first == "trio" && words.count <= 2
    }

    /// Reads a sound element outside a direction.
    init(sound: XMLNode) { take(sound) }

    /// Reads a direction.
    init(direction: XMLNode) {
        var words: [String] = []
        var signs: Set<String> = []
        for type in direction.all("direction-type") {
            for child in type.children {
                switch child.name {
                case "words": if let text = child.trimmed { words.append(text) }
                case "rehearsal": label = label ?? child.trimmed
                case "dynamics": velocity = child.children.lazy.compactMap { Self.levels[$0.name] }.first ?? velocity
                case "metronome": take(metronome: child)
                case "segno", "coda": signs.insert(child.name)
                case "symbol": if let name = child.trimmed, ["segno", "coda"].contains(name) { signs.insert(name) }
                default: break
                }
            }
        }
        let sound = direction.first("sound")
        let text = words.joined(separator: " ")
        for (name, characters) in Self.characters where text.unicodeScalars.contains(where: characters.contains) {
            signs.insert(name)
        }
        var read = JumpWords(text, hasCodaSign: signs.contains("coda")).marks
        read.beginsTrio = ([text] + (label.map { [$0] } ?? [])).contains(where: Self.isTrio)
        // A sign within the words of a jump names its target rather than marking this position.
        if read.jump == nil, signs.contains("segno") { read.segno = "segno" }
        if read.jump == nil, read.toCoda == nil, signs.contains("coda") { read.coda = "coda" }
        marks = read
        if let sound { take(sound) }
        if let shift = direction.first("offset"), shift.attributes["sound"] == "yes" {
            offset = shift.trimmed.flatMap(XMLNode.number) ?? 0
        }
    }

    private mutating func take(_ sound: XMLNode) {
        if let tempo = sound.attributeNumber("tempo") {
            if tempo > 0 { secondsPerBeat = 60 / tempo } else { hasZeroTempo = true }
        }
        if let text = sound.attributes["time-only"] { passes = Self.passes(text) }
        if let percent = sound.attributeNumber("dynamics") { velocity = Self.velocity(percent) }
        offset = sound.number("offset") ?? offset
        // The sound element is meant for programs: it overrides signs and words, except that words give a jump's goal.
        let names = ["segno", "coda", "tocoda", "fine", "dacapo", "dalsegno"]
        if names.contains(where: { sound.attributes[$0] != nil }) {
            let goal = marks.jump?.goal ?? .unspecified
            let beginsTrio = marks.beginsTrio
            marks = Score.Structure.Marks()
            marks.beginsTrio = beginsTrio
            marks.segno = sound.attributes["segno"]
            marks.coda = sound.attributes["coda"]
            marks.toCoda = sound.attributes["tocoda"]
            marks.isFine = sound.attributes["fine"].map { $0 != "no" } ?? false
            if sound.attributes["dacapo"] == "yes" {
                marks.jump = .init(goal: goal)
            } else if let name = sound.attributes["dalsegno"] {
                marks.jump = .init(segno: name, goal: goal)
            }
        }
        if sound.attributes["forward-repeat"] == "yes" { marks.opensRepeat = true }
    }

    /// Adds these marks to a measure's marks.
    func apply(to measure: inout Score.Structure.Marks) {
        measure.opensRepeat = measure.opensRepeat || marks.opensRepeat
        measure.segno = measure.segno ?? marks.segno
        measure.coda = measure.coda ?? marks.coda
        measure.toCoda = measure.toCoda ?? marks.toCoda
        measure.isFine = measure.isFine || marks.isFine
        measure.beginsTrio = measure.beginsTrio || marks.beginsTrio
        guard let jump = marks.jump else { return }
        // A jump may be written twice: as words and as a sound element.
        let goal = measure.jump?.goal ?? .unspecified
        measure.jump = .init(
            segno: jump.segno ?? measure.jump?.segno, goal: jump.goal == .unspecified ? goal : jump.goal,
            isFromWords: jump.isFromWords && measure.jump?.isFromWords ?? true)
    }

    /// MusicXML's dynamics are a percentage of forte, velocity 90.
    static func velocity(_ percent: Double) -> Int { min(max(Int((0.9 * min(percent, 1_000)).rounded()), 1), 127) }

    /// Parses the passes of an ending: "1", "1, 2", "1-3", "1.2."; empty if the text has none.
    static func passes(_ text: String) -> [Int] {
        var passes: [Int] = []
        for item in text.split(whereSeparator: { !$0.isNumber && $0 != "-" && $0 != "–" }) {
            let ends = item.split(whereSeparator: { $0 == "-" || $0 == "–" }).compactMap { Int($0) }
                .filter { (1...100).contains($0) }
            guard let first = ends.first, let last = ends.last, first <= last else { continue }
            for pass in first...last where !passes.contains(pass) { passes.append(pass) }
        }
        return passes
    }

    // MARK: Metronome marks

    /// Reads a note value and its number per minute, or two note values where the second takes the duration of the
    /// first.
    private mutating func take(metronome: XMLNode) {
        var units: [Double] = []
        var dots = 0
        func length(_ beats: Double) -> Double { beats * (2 - 1 / Double(1 << min(dots, 8))) }
        var open: Double?
        for child in metronome.children {
            switch child.name {
            case "beat-unit":
                if let beats = open { units.append(length(beats)) }
                open = child.trimmed.flatMap { Self.lengths[$0] }
                dots = 0
            case "beat-unit-dot": dots += 1
            default: break
            }
        }
        if let beats = open { units.append(length(beats)) }
        guard let unit = units.first else { return }
        if units.count >= 2 {
            (secondsPerBeat, paceRatio) = (nil, unit / units[1])
        } else if let text = metronome.text("per-minute"), let rate = Self.rate(text), rate > 0 {
            (secondsPerBeat, paceRatio) = (60 / (rate * unit), nil)
        }
    }

    /// Parses "96", "ca. 96" or "92-100"; a range means its midpoint.
    private static func rate(_ text: String) -> Double? {
        let numbers = text.split { !($0.isNumber || $0 == ".") }.compactMap { Double($0) }.filter {
            $0 > 0 && $0 < 10_000
        }
        guard let first = numbers.first else { return nil }
        return numbers.count > 1 && numbers[1] > first && numbers[1] < 2 * first ? (first + numbers[1]) / 2 : first
    }
}
