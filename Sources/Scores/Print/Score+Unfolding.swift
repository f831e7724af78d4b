extension Score {
    /// The maximum number of notes to read from a file.
    static let noteLimit = 5_000_000
    /// The maximum number of notes and tempo changes that repeats may produce. No piece of music has as many; a small
    /// file could fill the memory with them.
    static let repeatedLimit = 1_000_000

    /// The same score in another order of play: notes, passages and tempo change, measures and parts do not.
    ///
    /// O(n) in the number of notes played. Repeats that would produce more than 50,000 measures or a million notes are
    /// omitted with a warning.
    public func unfolded(_ unfolding: Unfolding) -> Score {
        Score(sheet, unfolding)
    }

    /// Lays out a printed score in the order of play.
    init(_ sheet: Sheet, _ unfolding: Unfolding = .written) {
        var order = PlayOrder(sheet.structure, unfolding)
        var warnings = order.warnings
        let count = order.measures.reduce(0) {
            $0 + sheet.notes(ofMeasure: $1).count + sheet.tempi(ofMeasure: $1).count
        }
        if count > max(Self.repeatedLimit, sheet.notes.count + sheet.tempi.count) {
            order = PlayOrder(sheet.structure, .straight)
            warnings.append("its repeats would produce \(count) notes and tempo changes and were ignored")
        }
        var layout = ScoreLayout(sheet, order: order.measures.isEmpty ? [0] : order.measures)
        layout.fill()
        self.init(
            title: sheet.title, composer: sheet.composer, parts: sheet.parts, measures: sheet.measures,
            passages: layout.passages, notes: layout.notes, tempo: TempoMap(layout.tempi),
            warnings: Array((sheet.warnings + warnings).prefix(Warnings.limit)), sheet: sheet)
    }
}

/// Lays out measures in order of play and joins tied notes.
struct ScoreLayout {
    private struct Voice: Hashable {
        var part: Int
        var pitch: Int
    }

    /// A note with an open tie.
    private struct Tie {
        var note: Int
        var voice: Int
        var end: Double
    }

    private(set) var passages: [Score.Passage] = []
    private(set) var notes: [Score.Note] = []
    private(set) var tempi: [TempoMap.Change] = []

    /// The maximum gap, in beats, between tied notes: some programs round durations to coarse divisions.
    private static let tolerance = 0.1
    /// The maximum number of ties that wait for their next note at one pitch of one part.
    private static let tieLimit = 64
    private let sheet: Sheet
    private var ties: [Voice: [Tie]] = [:]
    // The tempo in effect at the start of each printed measure.
    private let paces: [Double]
    // For each passage, the beat at which playing next departs from the printed order.
    private let breaks: [Double]

    init(_ sheet: Sheet, order: [Int]) {
        self.sheet = sheet
        var passes = [Int](repeating: 0, count: sheet.measures.count)
        var start = 0.0
        for measure in order {
            passes[measure] += 1
            let passage = Score.Passage(
                measure: measure, start: start, length: sheet.measures[measure].length, pass: passes[measure])
            passages.append(passage)
            start = passage.end
        }
        var breaks = passages.map(\.end)
        for index in breaks.indices.dropLast().reversed() where order[index + 1] == order[index] + 1 {
            breaks[index] = breaks[index + 1]
        }
        self.breaks = breaks
        var pace = TempoMap.standard
        paces = sheet.measures.indices.map { measure in
            let before = pace
            pace =
                sheet.tempi(ofMeasure: measure).last { sheet.tempi[$0].passes.isEmpty }
                .map { sheet.tempi[$0].secondsPerBeat } ?? pace
            return before
        }
    }

    mutating func fill() {
        for (index, passage) in passages.enumerated() {
            if index == 0 || passages[index - 1].measure + 1 != passage.measure {
                tempi.append(.init(beat: passage.start, secondsPerBeat: paces[passage.measure]))
            }
            for tempo in sheet.tempi[sheet.tempi(ofMeasure: passage.measure)]
            where tempo.passes.isEmpty || tempo.passes.contains(passage.pass) {
                tempi.append(.init(beat: passage.start + tempo.offset, secondsPerBeat: tempo.secondsPerBeat))
            }
            for note in sheet.notes[sheet.notes(ofMeasure: passage.measure)] { append(note, passage: index) }
        }
        for index in notes.indices where !notes[index].isGrace {
            notes[index].value = NoteValue.name(ofBeats: notes[index].duration)
        }
        notes.sort { ($0.onset, $0.pitch, $0.part) < ($1.onset, $1.pitch, $1.part) }
    }

    private mutating func append(_ note: SheetNote, passage: Int) {
        let onset = passages[passage].start + note.offset
        // Notes do not sound across a jump unless tied across it, for example into a second ending.
        let duration = min(note.duration, max(breaks[passage] - onset, 0))
        let voice = Voice(part: note.part, pitch: note.pitch)
        if note.isTiedBack, let index = joined(note, voice, onset: onset, end: onset + duration) {
            if note.isTiedOn {
                open(Tie(note: index, voice: note.voice, end: onset + duration), voice, onset: onset)
            }
            return
        }
        if note.isTiedOn {
            open(Tie(note: notes.count, voice: note.voice, end: onset + duration), voice, onset: onset)
        }
        notes.append(
            Score.Note(
                pitch: note.pitch, onset: onset, duration: duration, part: note.part, program: note.program,
                velocity: note.velocity, passage: passage, isGrace: note.isGrace, graceSteps: note.graceSteps))
    }

    /// Adds a tie that waits for its next note. The oldest of too many is dropped, which keeps unfolding linear.
    private mutating func open(_ tie: Tie, _ voice: Voice, onset: Double) {
        ties[voice, default: []].removeAll { $0.end < onset - Self.tolerance }
        if ties[voice]?.count == Self.tieLimit { ties[voice]?.removeFirst() }
        ties[voice, default: []].append(tie)
    }

    /// Extends the note that a tie continues and returns its index; nil if no tie leads here.
    private mutating func joined(_ note: SheetNote, _ voice: Voice, onset: Double, end: Double) -> Int? {
        guard var open = ties[voice] else { return nil }
        open.removeAll { $0.end < onset - Self.tolerance }
        defer { ties[voice] = open.isEmpty ? nil : open }
        // Prefer a note that ends here in the same voice; accept one that still sounds, since some programs tie across
        // voices.
        func distance(_ tie: Tie) -> (Int, Int) {
            (tie.end > onset + Self.tolerance ? 1 : 0, tie.voice == note.voice ? 0 : 1)
        }
        guard let place = open.indices.min(by: { distance(open[$0]) < distance(open[$1]) }) else { return nil }
        let index = open.remove(at: place).note
        notes[index].duration = max(notes[index].duration, end - notes[index].onset)
        // A grace note tied to its main note becomes part of it.
        if !note.isGrace {
            notes[index].isGrace = false
            notes[index].graceSteps = 0
        }
        return index
    }
}

extension Score.Structure {
    /// The indices of the printed measures in order of play, and one sentence for each problem with the signs.
    ///
    /// A pure function of the signs. It always terminates, because each D.C. or D.S. is followed once.
    public func order(_ unfolding: Score.Unfolding) -> (measures: [Int], warnings: [String]) {
        let order = PlayOrder(self, unfolding)
        return (order.measures, order.warnings)
    }
}
