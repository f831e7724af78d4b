/// The measures, notes and tempi of a MusicXML score, collected over all parts.
struct MusicXMLPage {
    struct Measure {
        var number: String
        /// Whether it is not counted: a pickup, or the second half of a measure.
        var isImplicit = false
        /// Whether it ends with a final barline.
        var hasFinalBarline = false
        /// The end of the longest part's music, in beats.
        var extent = 0.0
        var signature: Score.TimeSignature?
        var label: String?
        var marks = Score.Structure.Marks()
    }

    /// Tuplet durations are rounded: a measure that deviates from its time signature by less than this, in beats, is
    /// full.
    private static let tolerance = 0.02
    /// The maximum length of a measure, in beats.
    static let maximumLength = 4_096.0

    var measures: [Measure] = []
    var notes: [SheetNote] = []
    /// Unpitched notes; `pitch` is the drum's number.
    var drums: [SheetNote] = []
    var tempi: [SheetTempo] = []
    var warnings = Warnings()
    /// The number of notes copied for measure repeat signs.
    var copiedNotes = 0
    /// The current tempo, for metronome marks that refer to the previous one.
    var secondsPerBeat = TempoMap.standard

    /// Whether the note limit is exceeded, so that reading must stop.
    var isFull: Bool { notes.count + drums.count > Score.noteLimit }

    mutating func reach(_ measure: Int, number: String) {
        while measures.count <= measure { measures.append(Measure(number: "\(measures.count + 1)")) }
        measures[measure].number = number
    }

    /// Changes a measure's marks, which may be one measure beyond those read.
    mutating func mark(_ measure: Int, _ change: (inout Score.Structure.Marks) -> Void) {
        guard measure >= 0 else { return }
        if measure >= measures.count { reach(measure, number: "\(measure + 1)") }
        change(&measures[measure].marks)
    }

    func sheet(title: String?, composer: String?, parts: [MusicXMLPartReader]) -> Sheet {
        var warnings = warnings
        if isFull { warnings.add("it has more than \(Score.noteLimit) notes: the rest was skipped") }
        var pitched = [Bool](repeating: false, count: parts.count)
        for note in notes { pitched[note.part] = true }
        var unpitched = [Bool](repeating: false, count: parts.count)
        for note in drums { unpitched[note.part] = true }
        // Drums may be notated with pitches.
        let percussion = parts.indices.map { part in
            pitched[part] ? parts[part].isDrumSet : unpitched[part] || parts[part].isDrumSet
        }
        let lost = parts.indices.filter { unpitched[$0] && !percussion[$0] }
        if !lost.isEmpty {
            let names = lost.prefix(3).map { parts[$0].description.name }.joined(separator: ", ")
            warnings.add("unpitched notes were skipped in \(names)")
        }
        let programs = firstPrograms(parts)
        var end = measures.count
        // A trailing measure that has only marks is not a measure.
        while end > 1, measures[end - 1].extent == 0, !parts.contains(where: { $0.measureCount >= end }) { end -= 1 }
        return Sheet(
            title: title, composer: composer,
            parts: parts.indices.map {
                Score.Part(
                    name: parts[$0].description.name, program: programs[$0], isPercussion: percussion[$0])
            },
            measures: printed(measures[..<end]), marks: marks(measures[..<end]),
            notes: notes + drums.filter { percussion[$0.part] }, tempi: tempi, warnings: warnings.sentences)
    }

    private func firstPrograms(_ parts: [MusicXMLPartReader]) -> [Int] {
        var programs = parts.map(\.description.first.program)
        var places = [(Int, Double)?](repeating: nil, count: parts.count)
        for note in notes where places[note.part].map({ (note.measure, note.offset) < $0 }) ?? true {
            places[note.part] = (note.measure, note.offset)
            programs[note.part] = note.program
        }
        return programs
    }

    /// A movement begins where measure numbers restart. An uncounted measure between a final barline and number 1 is
    /// its pickup.
    private func marks(_ measures: ArraySlice<Measure>) -> [Score.Structure.Marks] {
        var marks = measures.map(\.marks)
        var highest = 0
        for (index, measure) in measures.enumerated() {
            guard let number = Int(measure.number) else { continue }
            if number <= 1, highest > 1 {
                let hasPickup =
                    index >= 2 && measures[index - 1].isImplicit && Int(measures[index - 1].number) == nil
                    && measures[index - 2].hasFinalBarline
                marks[hasPickup ? index - 1 : index].beginsMovement = true
                highest = number
            }
            highest = max(highest, number)
        }
        return marks
    }

    private func printed(_ measures: ArraySlice<Measure>) -> [Score.Measure] {
        var signature = Score.TimeSignature(4, 4)
        var lastOnsets = [Double](repeating: 0, count: measures.count)
        for note in notes + drums where note.graceSteps == 0 && note.measure < measures.count {
            lastOnsets[note.measure] = max(lastOnsets[note.measure], note.offset)
        }
        return zip(measures, lastOnsets).map { measure, lastOnset in
            signature = measure.signature ?? signature
            // A short note that begins where the measure should end is more than a rounded duration.
            let isFull =
                measure.extent <= 0
                || abs(measure.extent - signature.length) < Self.tolerance && lastOnset < signature.length - 1e-6
            return Score.Measure(
                number: measure.number, length: isFull ? signature.length : measure.extent, timeSignature: signature,
                label: measure.label)
        }
    }
}
