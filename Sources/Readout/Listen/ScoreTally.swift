import Music
import Wire

/// What the score expected, beside what was heard: counts, and the mistakes of the last moments.
public struct ScoreTally: Hashable, Sendable {
    /// A wrong or a missed note.
    public struct Mistake: Hashable, Sendable {
        public var note: Int
        public var isMissed: Bool
        /// As printed; nil where it isn't known.
        public var measure: Int?
        /// When it sounded or was due, on the clock of `ReadoutState`.
        public var time: Double
    }

    /// Mistakes remembered.
    static let capacity = 256

    public private(set) var expected = 0
    public private(set) var wrong = 0
    public private(set) var missed = 0
    /// In the order in which they were told.
    public private(set) var mistakes: [Mistake] = []

    public init() {}

    mutating func hear(_ value: NoteOn, measure: Int?, at time: Double) {
        switch value.expected {
        case true?: expected += 1
        case false?:
            wrong += 1
            append(Mistake(note: value.note, isMissed: false, measure: measure, time: time))
        case nil: break
        }
    }

    mutating func miss(_ value: Missed, at time: Double) {
        missed += 1
        append(Mistake(note: value.note, isMissed: true, measure: value.measure, time: time))
    }

    private mutating func append(_ mistake: Mistake) {
        if mistakes.count == Self.capacity { mistakes.removeFirst() }
        mistakes.append(mistake)
    }
}
