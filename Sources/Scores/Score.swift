import Music

/// A musical score in printed order and in order of play: the common form of all score formats.
///
/// All positions are in **beats**: quarter notes regardless of the time signature, from 0 along the order of play, so
/// that each pass of a repeated measure has its own positions. ``passages`` map them to printed measures.
public struct Score: Sendable, Equatable {
    public var title: String?
    public var composer: String?
    /// The parts; `Note.part` is an index into them.
    public var parts: [Part]
    /// The measures as printed, in printed order. Never empty.
    public var measures: [Measure]
    /// The measures in order of play, with repeats and jumps expanded. They cover 0 to ``length`` without gaps. Never
    /// empty.
    public var passages: [Passage]
    /// All notes with ties joined, ordered by onset, pitch and part.
    public var notes: [Note]
    /// The notated tempo.
    public var tempo: TempoMap
    /// One sentence for each damaged, unknown or skipped part of the file; 20 at most.
    public var warnings: [String]
    /// The score as printed, from which ``unfolded(_:)`` starts.
    let sheet: Sheet

    /// The end of the last passage, in beats.
    public var length: Double { passages.last?.end ?? 0 }
    /// The notated order of play.
    public var structure: Structure { sheet.structure }
}

extension Score {
    /// A score that is put together rather than read: there is no printed form to unfold again.
    ///
    /// Every argument is as the member of its name says.
    package init(
        title: String? = nil, composer: String? = nil, parts: [Part], measures: [Measure], passages: [Passage],
        notes: [Note], tempo: TempoMap = TempoMap(), warnings: [String] = []
    ) {
        self.init(
            title: title, composer: composer, parts: parts, measures: measures, passages: passages, notes: notes,
            tempo: tempo, warnings: warnings, sheet: Sheet(parts: parts, measures: [], notes: []))
    }
}

extension Score {
    /// A player or a staff system of one instrument.
    public struct Part: Sendable, Equatable {
        /// Its name in the score, or "Part 3" if it has none.
        public var name: String
        /// The 0-based General MIDI program of its first note.
        public var program: Int
        /// Whether note numbers denote drums rather than pitches.
        public var isPercussion: Bool

        public init(name: String, program: Int, isPercussion: Bool = false) {
            self.name = name
            self.program = program
            self.isPercussion = isPercussion
        }
    }

    /// A printed measure.
    public struct Measure: Sendable, Equatable {
        /// As printed: "1", "12a", or "0" for a pickup.
        public var number: String
        /// Notated length in beats; less than the time signature's in a pickup.
        public var length: Double
        /// For example 6 and 8.
        public var timeSignature: TimeSignature
        /// The rehearsal mark at its start.
        public var label: String?

        public init(number: String, length: Double, timeSignature: TimeSignature, label: String? = nil) {
            self.number = number
            self.length = length
            self.timeSignature = timeSignature
            self.label = label
        }
    }

    public struct TimeSignature: Sendable, Hashable {
        public var numerator: Int
        /// 1, 2, 4, 8 ...
        public var denominator: Int

        public init(_ numerator: Int, _ denominator: Int) {
            self.numerator = numerator
            self.denominator = denominator
        }

        /// The length of a full measure in beats.
        public var length: Double { 4 * Double(numerator) / Double(denominator) }
    }

    /// One pass of a printed measure in the order of play.
    public struct Passage: Sendable, Equatable {
        /// Index in `measures`.
        public var measure: Int
        /// In beats.
        public var start: Double
        /// In beats; equal to the measure's length.
        public var length: Double
        /// 1 the first time the measure is played, 2 the second time, and so on.
        public var pass: Int

        public var end: Double { start + length }

        public init(measure: Int, start: Double, length: Double, pass: Int) {
            self.measure = measure
            self.start = start
            self.length = length
            self.pass = pass
        }
    }

    /// A note to be played, with ties joined.
    public struct Note: Sendable, Hashable {
        /// Sounding MIDI note number, 0...127, including transposition and ottava.
        public var pitch: Int
        /// Beats along the order of play.
        public var onset: Double
        /// Beats; 0 for a grace note.
        public var duration: Double
        /// Index in `parts`.
        public var part: Int
        /// 0-based General MIDI program, which may differ from the part's.
        public var program: Int
        /// MIDI velocity, 1...127; 64 if the score gives none.
        public var velocity: Int
        /// Index in `passages` of the measure in which it starts.
        public var passage: Int
        /// The name in MusicNet's terms: "Quarter", "Dotted Eighth", "Triplet" ...; nil if none fits. See
        /// ``NoteValue``.
        public var value: String?
        public var isGrace: Bool
        /// The position of a grace note before its beat: 1 for the last one, 2 for the one before it; 0 for other
        /// notes.
        public var graceSteps: Int

        public init(
            pitch: Int, onset: Double, duration: Double, part: Int, program: Int, velocity: Int = 64, passage: Int = 0,
            value: String? = nil, isGrace: Bool = false, graceSteps: Int = 0
        ) {
            self.pitch = pitch
            self.onset = onset
            self.duration = duration
            self.part = part
            self.program = program
            self.velocity = velocity
            self.passage = passage
            self.value = value
            self.isGrace = isGrace
            self.graceSteps = graceSteps
        }

        public var end: Double { onset + duration }
    }
}
