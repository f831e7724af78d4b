import Basics

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
        /// The end of the last note, in beats: the rest of the extent is rests.
        var noteExtent = 0.0
        /// Whether the music of a part, or its notes without the rests behind them, ends with the time signature.
        var isFilled = false
        var signature: Score.TimeSignature?
        var label: String?
        var marks = Score.Structure.Marks()
    }

    /// Tuplet durations are rounded: a measure that deviates from its time signature by less than this, in beats, is
    /// full.
    static let tolerance = 0.02
    /// The maximum length of a measure, in beats.
    static let maximumLength = 4_096.0

    var measures: [Measure] = []
    var notes: [SheetNote] = []
    /// Unpitched notes; `pitch` is the drum's number.
    var drums: [SheetNote] = []
    private(set) var tempi: [SheetTempo] = []
    /// The tempo changes of each measure, in the order in which they were read.
    private var tempiByMeasure: [Int: [SheetTempo]] = [:]
    /// The measures that have tempo changes, ascending.
    private var tempoMeasures: [Int] = []
    var warnings = Warnings()
    /// The number of notes copied for measure repeat signs.
    var copiedNotes = 0
    /// Whether cue notes are played, because the program wrote every small note as one.
    var playsCues = false
    /// What was repaired or left out, and how often.
    var counts: [Remark: Int] = [:]
    /// Ranges of `notes`, in order, whose offsets may exceed their measure, because their part's barlines are not those
    /// of the score.
    var looseNotes: [Range<Int>] = []
    /// Whether the note limit is exceeded, so that reading must stop.
    var isFull: Bool { notes.count + drums.count > Score.noteLimit }

    mutating func reach(_ measure: Int, number: String) {
        while measures.count <= measure { measures.append(Measure(number: "\(measures.count + 1)")) }
        measures[measure].number = number
    }

    mutating func addTempo(_ tempo: SheetTempo) {
        tempi.append(tempo)
        if tempiByMeasure[tempo.measure] == nil {
            tempiByMeasure[tempo.measure] = []
            let place = tempoMeasures.partitionPoint { $0 < tempo.measure }
            tempoMeasures.insert(tempo.measure, at: place)
        }
        // As many as a metronome mark may have to look through.
        if tempiByMeasure[tempo.measure, default: []].count < 64 { tempiByMeasure[tempo.measure]?.append(tempo) }
    }

    /// The tempo in effect before a place, for metronome marks that refer to the previous tempo. Several parts may have
    /// the same mark at the same place.
    func secondsPerBeat(before measure: Int, offset: Double) -> Double {
        let within = tempiByMeasure[measure]?.filter { $0.offset < offset - 1e-6 } ?? []
        let place = tempoMeasures.partitionPoint { $0 < measure }
        let earlier = place > 0 ? tempiByMeasure[tempoMeasures[place - 1]] ?? [] : []
        let last = (within.isEmpty ? earlier : within).max { $0.offset < $1.offset }
        return last?.secondsPerBeat ?? TempoMap.standard
    }

    mutating func count(_ remark: Remark, _ number: Int = 1) { counts[remark, default: 0] += number }

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
        var counts = counts
        let printed = printed(measures[..<end], &counts)
        for remark in Remark.allCases {
            if let number = counts[remark], number > 0 { warnings.add(remark.sentence(number)) }
        }
        return Sheet(
            title: title, composer: composer,
            parts: parts.indices.map {
                Score.Part(
                    name: parts[$0].description.name, program: programs[$0], isPercussion: percussion[$0])
            },
            measures: printed, marks: marks(measures[..<end]),
            notes: placed(printed) + drums.filter { percussion[$0.part] }, tempi: tempi, warnings: warnings.sentences)
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

    /// The notes, those of parts with barlines of their own in the measures in which they begin.
    private func placed(_ printed: [Score.Measure]) -> [SheetNote] {
        var notes = notes
        for index in looseNotes.joined() {
            while notes[index].measure + 1 < printed.count,
                notes[index].offset >= printed[notes[index].measure].length - 1e-6
            {
                notes[index].offset -= printed[notes[index].measure].length
                notes[index].measure += 1
            }
            notes[index].offset = max(0, notes[index].offset)
        }
        return notes
    }

    private func printed(_ measures: ArraySlice<Measure>, _ counts: inout [Remark: Int]) -> [Score.Measure] {
        var signature = Score.TimeSignature(4, 4)
        var lastOnsets = [Double](repeating: 0, count: measures.count)
        for note in notes + drums where note.graceSteps == 0 && note.measure < measures.count {
            lastOnsets[note.measure] = max(lastOnsets[note.measure], note.offset)
        }
        return zip(measures, lastOnsets).map { measure, lastOnset in
            signature = measure.signature ?? signature
            let full = signature.length
            var isFull = measure.extent <= 0
            if !isFull, abs(measure.extent - full) < Self.tolerance {
                // A short note that begins where the measure should end is more than a rounded duration.
                isFull = lastOnset < full - 1e-6
            } else if measure.extent > full, measure.noteExtent < full + Self.tolerance,
                measure.isFilled || measure.noteExtent == 0
            {
                // Rests and invisible advances do not lengthen a measure that the music of others fills.
                counts[.shortenedMeasure, default: 0] += 1
                isFull = true
            }
            return Score.Measure(
                number: measure.number, length: isFull ? full : measure.extent, timeSignature: signature,
                label: measure.label)
        }
    }
}
