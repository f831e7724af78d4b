/// A score as printed: its measures, what each of them holds, and in which order they are to be played.
///
/// Readers build it; ``Score/init(_:_:)`` unfolds it.
struct Sheet: Sendable, Equatable {
    var title: String?
    var composer: String?
    var parts: [Score.Part]
    /// Never empty; every length is above 0.
    var measures: [Score.Measure]
    var structure: Score.Structure
    /// In order of measure, offset and pitch; not tied together.
    private(set) var notes: [SheetNote]
    /// In order of measure and offset.
    private(set) var tempi: [SheetTempo]
    var warnings: [String]
    /// Where each measure's notes begin in `notes`; one more entry than there are measures.
    private let firstNotes: [Int]
    private let firstTempi: [Int]

    /// Notes and tempi may come in any order; those of measures that don't exist are left out. Without measures there will be one.
    init(
        title: String? = nil, composer: String? = nil, parts: [Score.Part], measures: [Score.Measure],
        marks: [Score.Structure.Marks] = [], orders: Score.Structure.Orders = .init(), notes: [SheetNote],
        tempi: [SheetTempo] = [], warnings: [String] = []
    ) {
        self.title = title
        self.composer = composer
        self.parts = parts
        let measures =
            measures.isEmpty ? [Score.Measure(number: "1", length: 4, timeSignature: .init(4, 4))] : measures
        self.measures = measures
        var marks = Array(marks.prefix(measures.count))
        while marks.count < measures.count { marks.append(.init()) }
        structure = Score.Structure(marks: marks, orders: orders)
        self.notes = notes.filter { measures.indices.contains($0.measure) && parts.indices.contains($0.part) }
        for index in self.notes.indices {
            // Grace notes behind the last beat, before the barline: they sound in this measure.
            let length = measures[self.notes[index].measure].length
            if self.notes[index].offset >= length {
                self.notes[index].offset = max(0, length - min(0.0625, length / 2))
            }
        }
        self.notes.sort {
            ($0.measure, $0.offset, $0.pitch, $0.part) < ($1.measure, $1.offset, $1.pitch, $1.part)
        }
        self.tempi = tempi.filter { measures.indices.contains($0.measure) }
        // Of several at one place the last one read counts: a stable order is needed.
        let order = self.tempi.indices.sorted { [tempi = self.tempi] in
            (tempi[$0].measure, tempi[$0].offset, $0) < (tempi[$1].measure, tempi[$1].offset, $1)
        }
        self.tempi = order.map { [tempi = self.tempi] in tempi[$0] }
        self.warnings = warnings
        firstNotes = Self.firstIndices(of: self.notes.lazy.map(\.measure), measures: measures.count)
        firstTempi = Self.firstIndices(of: self.tempi.lazy.map(\.measure), measures: measures.count)
    }

    /// Indices of a measure's notes.
    func notes(ofMeasure measure: Int) -> Range<Int> { firstNotes[measure]..<firstNotes[measure + 1] }

    /// Indices of a measure's tempo marks.
    func tempi(ofMeasure measure: Int) -> Range<Int> { firstTempi[measure]..<firstTempi[measure + 1] }

    private static func firstIndices(of ascending: some Sequence<Int>, measures: Int) -> [Int] {
        var counts = [Int](repeating: 0, count: measures + 1)
        for measure in ascending { counts[measure + 1] += 1 }
        for measure in 0..<measures { counts[measure + 1] += counts[measure] }
        return counts
    }
}

/// A note as printed, tied to its neighbours or not.
struct SheetNote: Sendable, Equatable {
    /// Index in the sheet's measures.
    var measure: Int
    /// Beats from the measure's beginning.
    var offset: Double
    /// Beats; 0 for a grace note. May reach beyond the measure.
    var duration: Double
    /// Sounding MIDI note number.
    var pitch: Int
    /// Index in the sheet's parts.
    var part: Int
    var program: Int
    var velocity: Int
    /// Which of the part's voices, where the score knows voices.
    var voice = 0
    var isTiedOn = false
    var isTiedBack = false
    /// 0 for other notes than grace notes.
    var graceSteps = 0
    var isGrace: Bool { graceSteps > 0 }
}

/// A change of tempo as printed.
struct SheetTempo: Sendable, Equatable {
    var measure: Int
    /// Beats from the measure's beginning.
    var offset: Double
    var secondsPerBeat: Double
}
