/// A part according to the part list.
struct MusicXMLPart: Sendable {
    struct Instrument: Sendable {
        /// General MIDI program, 0-based.
        var program: Int
        /// The drum's note number, 0...127.
        var drum: Int?
        var isOnDrumChannel: Bool
    }

    var name: String
    /// By instrument id.
    var instruments: [String: Instrument] = [:]
    /// The instrument of notes that name none.
    var first: Instrument

    /// Creates a part that is not in the list.
    init(number: Int) {
        name = "Part \(number)"
        first = Instrument(program: 0, drum: nil, isOnDrumChannel: false)
    }

    /// - Parameters:
    ///   - element: the score-part element.
    ///   - number: the 1-based part number, used for its name if it has none.
    init(_ element: XMLNode, number: Int) {
        self.init(number: number)
        let abbreviation = element.text("part-abbreviation")
        let firstName = element.first("score-instrument")?.text("instrument-name")
        if let found = element.text("part-name") ?? firstName ?? abbreviation { name = found }
        var midis: [String: XMLNode] = [:]
        for midi in element.all("midi-instrument") {
            if let id = midi.attributes["id"], midis[id] == nil { midis[id] = midi }
        }
        for instrument in element.all("score-instrument") {
            guard let id = instrument.attributes["id"] else { continue }
            instruments[id] = Self.instrument(instrument, midis[id], names: [name, abbreviation])
        }
        // Some programs write only the MIDI instrument.
        for midi in element.all("midi-instrument") {
            guard let id = midi.attributes["id"], instruments[id] == nil else { continue }
            instruments[id] = Self.instrument(nil, midi, names: [name, abbreviation])
        }
        let firstID =
            element.first("score-instrument")?.attributes["id"] ?? element.first("midi-instrument")?.attributes["id"]
        first =
            firstID.flatMap { instruments[$0] } ?? Self.instrument(nil, nil, names: [name, abbreviation])
    }

    /// The program is the written one, else that of the sound's id, else that of the names. Program 1, the piano, is
    /// also what programs write by default: a name that indicates another instrument overrides it.
    private static func instrument(_ instrument: XMLNode?, _ midi: XMLNode?, names: [String?]) -> Instrument {
        let written = midi?.integer("midi-program").flatMap { (1...128).contains($0) ? $0 - 1 : nil }
        let words = [instrument?.text("instrument-sound"), instrument?.text("instrument-name")] + names
        let named = words.lazy.compactMap { $0.flatMap(InstrumentNames.program) }.first
        let program = if let written, written > 0 { written } else { named ?? written ?? 0 }
        let drum = midi?.integer("midi-unpitched").flatMap { (1...128).contains($0) ? $0 - 1 : nil }
        return Instrument(program: program, drum: drum, isOnDrumChannel: midi?.integer("midi-channel") == 10)
    }
}
