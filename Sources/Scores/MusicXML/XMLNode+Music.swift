/// What elements of MusicXML say by themselves, without the state of their part.
extension XMLNode {
    /// The length of a note's type in beats; 0 if it has none.
    var typedLength: Double {
        guard let type = text("type"), let beats = MusicXMLSigns.lengths[type] else { return 0 }
        let dots = all("dot").reduce(0) { count, _ in count + 1 }
        var length = beats * (2 - 1 / Double(1 << min(dots, 8)))
        if let ratio = first("time-modification"), let actual = ratio.number("actual-notes"), actual > 0,
            let normal = ratio.number("normal-notes")
        {
            length *= normal / actual
        }
        return length
    }

    /// The places of a measure's notes of artificial harmonics that only show where the string is stopped and touched,
    /// because the chord has the note that sounds as well.
    var fingeredHarmonics: Set<Int> {
        var found: Set<Int> = []
        var fingered: [Int] = []
        var hasSounding = false
        func finish() {
            if hasSounding { found.formUnion(fingered) }
            (fingered, hasSounding) = ([], false)
        }
        for (place, child) in children.enumerated() where child.name == "note" {
            if !child.has("chord") { finish() }
            for notations in child.all("notations") {
                for harmonic in notations.all("technical").flatMap({ $0.all("harmonic") }) {
                    if harmonic.has("sounding-pitch") { hasSounding = true }
                    if harmonic.has("base-pitch") || harmonic.has("touching-pitch") { fingered.append(place) }
                }
            }
        }
        finish()
        return found
    }

    /// The signature of a time element. Nil for unmetered music and for invalid numbers.
    var timeSignature: Score.TimeSignature? {
        var length = 0.0
        var denominator = 1
        var beats: [Int] = []
        for child in children {
            guard let text = child.trimmed else { continue }
            if child.name == "beats" {
                beats = text.split(separator: "+").compactMap { Int($0.trimmingSpace()) }
            } else if child.name == "beat-type", let type = Int(text), [1, 2, 4, 8, 16, 32, 64, 128].contains(type) {
                length += 4 * Double(beats.reduce(0) { $0 + min(max($1, 0), 1_000) }) / Double(type)
                denominator = max(denominator, type)
            }
        }
        let numerator = Int((length * Double(denominator) / 4).rounded())
        return numerator > 0 ? .init(numerator, denominator) : nil
    }
}
