import Music

/// A piece as it is written, and as it is to be played: the common form of MIDI, MusicXML and the like.
///
/// All positions are in **beats**: quarter notes, whatever the time signature, counted from 0 along the order of play,
/// so that a repeated measure has positions of its own each time. ``passages`` lead back to what is printed.
public struct Score: Sendable, Equatable {
    public var title: String?
    public var composer: String?
    /// Who plays; `Note.part` counts in it.
    public var parts: [Part]
    /// The measures as printed, in printed order. Never empty.
    public var measures: [Measure]
    /// The measures in the order of play, repeats and jumps carried out. They cover 0 to ``length`` without gaps. Never empty.
    public var passages: [Passage]
    /// Everything that sounds, ties joined, in order of onset, then pitch, then part.
    public var notes: [Note]
    /// When each beat would be played at the written tempo.
    public var tempo: TempoMap
    /// What was damaged, unknown or left out, a sentence each. At most 20 are kept.
    public var warnings: [String]
    /// The score as printed, from which ``unfolded(_:)`` starts again.
    let sheet: Sheet

    /// The end of the last passage, in beats.
    public var length: Double { passages.last?.end ?? 0 }
    /// What the print says about the order of the measures.
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
        /// As the score names it; "Part 3" where it doesn't.
        public var name: String
        /// General MIDI program, 0-based, under which its first note sounds.
        public var program: Int
        /// Whether note numbers are drums, not pitches.
        public var isPercussion: Bool

        public init(name: String, program: Int, isPercussion: Bool = false) {
            self.name = name
            self.program = program
            self.isPercussion = isPercussion
        }
    }

    /// A printed measure.
    public struct Measure: Sendable, Equatable {
        /// As printed: "1", "0" for a pickup, "12a" ...
        public var number: String
        /// Beats as notated; less than the time signature says in a pickup.
        public var length: Double
        /// Such as 6 and 8.
        public var timeSignature: TimeSignature
        /// Rehearsal mark at its beginning.
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

        /// The beats of a full measure.
        public var length: Double { 4 * Double(numerator) / Double(denominator) }
    }

    /// A measure as it is played.
    public struct Passage: Sendable, Equatable {
        /// Index in `measures`.
        public var measure: Int
        /// Beats.
        public var start: Double
        /// Beats; the measure's length.
        public var length: Double
        /// 1 when the measure is played for the first time, 2 for the second, and so on.
        public var pass: Int

        public var end: Double { start + length }

        public init(measure: Int, start: Double, length: Double, pass: Int) {
            self.measure = measure
            self.start = start
            self.length = length
            self.pass = pass
        }
    }

    /// A note to be played. Tied notes are one.
    public struct Note: Sendable, Hashable {
        /// Sounding MIDI note number, 0...127: transposition and ottava are carried out.
        public var pitch: Int
        /// Beats along the order of play.
        public var onset: Double
        /// Beats; 0 for a grace note.
        public var duration: Double
        /// Index in `parts`.
        public var part: Int
        /// General MIDI program, 0-based, where it differs from the part's; equal to it otherwise.
        public var program: Int
        /// MIDI velocity, 1...127; 64 where the score says nothing.
        public var velocity: Int
        /// Index in `passages` of the measure it begins in.
        public var passage: Int
        /// As MusicNet writes it: "Quarter", "Dotted Eighth", "Triplet" ...; nil where no name fits. See ``NoteValue``.
        public var value: String?
        public var isGrace: Bool
        /// How many grace notes before the beat it is: 1 for the last one, 2 for the one before; 0 for other notes.
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
