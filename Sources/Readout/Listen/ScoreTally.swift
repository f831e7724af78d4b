import Music
import Wire

/// Counts of expected, wrong and missed notes, and the most recent mistakes.
public struct ScoreTally: Hashable, Sendable {
    /// A wrong or a missed note.
    public struct Mistake: Hashable, Sendable {
        public var note: Int
        public var isMissed: Bool
        /// The printed measure number; nil if unknown.
        public var measure: Int?
        /// When the note was played or due, on the clock of `ReadoutState`.
        public var time: Double
    }

    /// The maximum number of mistakes kept.
    static let capacity = 256

    public private(set) var expected = 0
    public private(set) var wrong = 0
    public private(set) var missed = 0
    /// In order of arrival.
    public private(set) var mistakes: [Mistake] = []

    public init() {}

    mutating func addPlayed(_ value: NoteOn, measure: Int?, at time: Double) {
        switch value.expected {
        case true?: expected += 1
        case false?:
            wrong += 1
            append(Mistake(note: value.note, isMissed: false, measure: measure, time: time))
        case nil: break
        }
    }

    mutating func addMissed(_ value: Missed, at time: Double) {
        missed += 1
        append(Mistake(note: value.note, isMissed: true, measure: value.measure, time: time))
    }

    private mutating func append(_ mistake: Mistake) {
        if mistakes.count == Self.capacity { mistakes.removeFirst() }
        mistakes.append(mistake)
    }
}
