/// A score as printed: its measures, their contents, and their order of play.
///
/// Readers create it; ``Score/init(_:_:)`` unfolds it.
struct Sheet: Sendable, Equatable {
    var title: String?
    var composer: String?
    var parts: [Score.Part]
    /// Never empty; every length is positive.
    var measures: [Score.Measure]
    var structure: Score.Structure
    /// In order of measure, offset and pitch; ties are not joined.
    private(set) var notes: [SheetNote]
    /// In order of measure and offset.
    private(set) var tempi: [SheetTempo]
    var warnings: [String]
    /// The index in `notes` of each measure's first note, followed by the number of notes.
    private let firstNotes: [Int]
    private let firstTempi: [Int]

    /// Notes and tempi may be in any order; those in nonexistent measures are dropped. Without measures, one is
    /// created.
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
            // Grace notes after the last beat but before the barline sound in this measure.
            let length = measures[self.notes[index].measure].length
            if self.notes[index].offset >= length {
                self.notes[index].offset = max(0, length - min(0.0625, length / 2))
            }
        }
        self.notes.sort {
            ($0.measure, $0.offset, $0.pitch, $0.part) < ($1.measure, $1.offset, $1.pitch, $1.part)
        }
        self.tempi = tempi.filter { measures.indices.contains($0.measure) }
        // The sort must be stable: the last one read of several at one position applies.
        let order = self.tempi.indices.sorted { [tempi = self.tempi] in
            (tempi[$0].measure, tempi[$0].offset, $0) < (tempi[$1].measure, tempi[$1].offset, $1)
        }
        self.tempi = order.map { [tempi = self.tempi] in tempi[$0] }
        self.warnings = warnings
        firstNotes = Self.firstIndices(of: self.notes.lazy.map(\.measure), measures: measures.count)
        firstTempi = Self.firstIndices(of: self.tempi.lazy.map(\.measure), measures: measures.count)
    }

    /// The indices of a measure's notes.
    func notes(ofMeasure measure: Int) -> Range<Int> { firstNotes[measure]..<firstNotes[measure + 1] }

    /// The indices of a measure's tempo marks.
    func tempi(ofMeasure measure: Int) -> Range<Int> { firstTempi[measure]..<firstTempi[measure + 1] }

    private static func firstIndices(of ascending: some Sequence<Int>, measures: Int) -> [Int] {
        var counts = [Int](repeating: 0, count: measures + 1)
        for measure in ascending { counts[measure + 1] += 1 }
        for measure in 0..<measures { counts[measure + 1] += counts[measure] }
        return counts
    }
}

/// A note as printed, with its ties.
struct SheetNote: Sendable, Equatable {
    /// Index in the sheet's measures.
    var measure: Int
    /// Beats from the start of the measure.
    var offset: Double
    /// Beats; 0 for a grace note. May extend beyond the measure.
    var duration: Double
    /// Sounding MIDI note number.
    var pitch: Int
    /// Index in the sheet's parts.
    var part: Int
    var program: Int
    var velocity: Int
    /// The voice within the part, if the format has voices.
    var voice = 0
    var isTiedOn = false
    var isTiedBack = false
    /// 0 unless it is a grace note; see ``Score/Note/graceSteps``.
    var graceSteps = 0
    var isGrace: Bool { graceSteps > 0 }
}

/// A tempo change as printed.
struct SheetTempo: Sendable, Equatable {
    var measure: Int
    /// Beats from the start of the measure.
    var offset: Double
    var secondsPerBeat: Double
    /// The passes of its measure in which it applies, 1-based; empty for all.
    var passes: [Int] = []
}

/// Collects a reader's warnings: each sentence once, twenty at most.
struct Warnings: Sendable {
    static let limit = 20
    private(set) var sentences: [String] = []

    mutating func add(_ sentence: @autoclosure () -> String) {
        guard sentences.count < Self.limit else { return }
        let sentence = sentence()
        if !sentences.contains(sentence) { sentences.append(sentence) }
    }
}
