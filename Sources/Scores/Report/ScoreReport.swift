import Music

/// A summary of a score, for output as text or JSON.
public struct ScoreReport: Sendable, Encodable {
    public struct Part: Sendable, Encodable {
        public let name: String
        /// General MIDI, 0-based.
        public let program: Int
        public let isPercussion: Bool
        public let notes: Int
        /// MIDI note numbers; nil without notes.
        public let lowest: Int?
        public let highest: Int?
    }

    public struct Section: Sendable, Encodable {
        /// Printed measure numbers.
        public let first: String
        public let last: String
        public let plays: Int
        /// The passes of each ending.
        public let endings: [[Int]]
    }

    public struct Note: Sendable, Encodable {
        public let measure: String
        public let pass: Int
        public let beat: Double
        public let onset: Double
        public let duration: Double
        public let pitch: Int
        public let part: Int
        public let value: String?
        public let isGrace: Bool
    }

    public let title: String?
    public let composer: String?
    public let parts: [Part]
    /// The number of printed measures.
    public let measures: Int
    public let movements: Int
    /// The number of measures played.
    public let passages: Int
    public let sections: [Section]
    /// Runs of printed measure numbers in order of play, such as "1-8".
    public let order: [String]
    /// Indices of printed measures in order of play.
    public let orderIndices: [Int]
    /// The distinct time signatures, such as "4/4", in order of appearance.
    public let timeSignatures: [String]
    /// The number of printed notes, counting tied notes separately.
    public let printedNoteCount: Int
    /// The number of notes played, with ties joined, including percussion.
    public let noteCount: Int
    public let graceCount: Int
    public let beats: Double
    public let seconds: Double
    /// Quarter notes per minute: initial, slowest and fastest.
    public let tempo: [Double]
    public let warnings: [String]
    /// All notes, if requested.
    public let notes: [Note]?

    /// - Parameter listsNotes: whether to include all notes.
    public init(_ score: Score, listsNotes: Bool = false) {
        title = score.title
        composer = score.composer
        parts = Self.parts(score)
        measures = score.measures.count
        movements = score.structure.movements.count
        passages = score.passages.count
        sections = score.structure.sections.map { section in
            Section(
                first: score.measures[section.measures.lowerBound].number,
                last: score.measures[section.measures.upperBound - 1].number, plays: section.plays,
                endings: section.endings.map(\.passes))
        }
        order = Self.runs(score)
        orderIndices = score.passages.map(\.measure)
        var seen: Set<Score.TimeSignature> = []
        // Not lazily: a lazy filter evaluates its predicate, which has an effect, more than once.
        let signatures = score.measures.map(\.timeSignature).filter { seen.insert($0).inserted }
        timeSignatures = signatures.map { "\($0.numerator)/\($0.denominator)" }
        printedNoteCount = score.sheet.notes.count
        noteCount = score.notes.count
        graceCount = score.notes.count { $0.isGrace }
        beats = score.length
        seconds = score.tempo.seconds(atBeat: score.length)
        let paces = score.tempo.changes.filter { $0.beat < score.length }.map { 60 / $0.secondsPerBeat }
        tempo = [paces.first ?? 120, paces.min() ?? 120, paces.max() ?? 120]
        warnings = score.warnings
        notes = listsNotes ? Self.notes(score) : nil
    }

    private static func parts(_ score: Score) -> [Part] {
        var counts = [Int](repeating: 0, count: score.parts.count)
        var lowest = [Int](repeating: 127, count: score.parts.count)
        var highest = [Int](repeating: 0, count: score.parts.count)
        for note in score.notes {
            counts[note.part] += 1
            lowest[note.part] = min(lowest[note.part], note.pitch)
            highest[note.part] = max(highest[note.part], note.pitch)
        }
        return score.parts.enumerated().map { index, part in
            Part(
                name: part.name, program: part.program, isPercussion: part.isPercussion, notes: counts[index],
                lowest: counts[index] > 0 ? lowest[index] : nil, highest: counts[index] > 0 ? highest[index] : nil)
        }
    }

    private static func runs(_ score: Score) -> [String] {
        var runs: [String] = []
        var first = 0
        let starts = Set(score.structure.movements.map(\.lowerBound))
        for index in score.passages.indices {
            let isEnd =
                index + 1 == score.passages.count
                || score.passages[index + 1].measure != score.passages[index].measure + 1
                || starts.contains(score.passages[index + 1].measure)
            guard isEnd else { continue }
            let (from, to) = (score.passages[first].measure, score.passages[index].measure)
            runs.append(
                from == to
                    ? score.measures[from].number : "\(score.measures[from].number)-\(score.measures[to].number)")
            first = index + 1
        }
        return runs
    }

    private static func notes(_ score: Score) -> [Note] {
        score.notes.map { note in
            let position = score.position(atBeat: note.onset)
            return Note(
                measure: position.number, pass: score.passages[note.passage].pass, beat: position.beat,
                onset: note.onset, duration: note.duration, pitch: note.pitch, part: note.part, value: note.value,
                isGrace: note.isGrace)
        }
    }
}
