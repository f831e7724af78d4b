import Scores

/// A score that is prepared for following. Immutable, for use on any thread.
public struct FollowingScore: Sendable {
    /// All notes that begin together.
    public struct Event: Sendable, Equatable {
        /// Quarter notes along the order of play.
        public var beat: Double
        /// Seconds at the written tempo.
        public var seconds: Double
        /// Indices of the score's notes.
        public var notes: [Int]
    }

    public let score: Score
    /// The moments at which notes begin, in ascending order; never empty.
    public let events: [Event]
    /// Seconds at the written tempo.
    public let duration: Double
    /// The sounds of its notes; none if the score was prepared without sounds.
    public let templates: NoteTemplates
    /// Its events, as trackers need them.
    let table: EventTable
    let sound: EventSound
    let coarse: CoarseScore

    /// - Parameters:
    ///   - name: the name of the score, for messages.
    ///   - templates: the sounds of the notes, see `prepare` in FollowingSounds. Without them, the score cannot be
    ///     followed.
    /// - Throws: `FollowingError.noNotes`.
    public init(_ score: Score, name: String, templates: NoteTemplates = .none) throws(FollowingError) {
        var events: [Event] = []
        for index in score.notes.indices where !score.parts[score.notes[index].part].isPercussion {
            let note = score.notes[index]
            let seconds = max(0, score.tempo.seconds(atBeat: note.onset) - note.graceLead)
            let beat = note.isGrace ? score.tempo.beat(atSeconds: seconds) : note.onset
            events.append(Event(beat: beat, seconds: seconds, notes: [index]))
        }
        events.sort { ($0.seconds, $0.notes[0]) < ($1.seconds, $1.notes[0]) }
        var merged: [Event] = []
        for event in events {
            if let last = merged.last, event.seconds - last.seconds < Self.together {
                merged[merged.count - 1].notes += event.notes
            } else {
                merged.append(event)
            }
        }
        guard !merged.isEmpty else { throw .noNotes(path: name) }
        self.score = score
        self.templates = templates
        self.events = merged
        duration = score.tempo.seconds(atBeat: score.length)
        table = EventTable(score, events: merged, templates: templates)
        sound = EventSound(table: table, templates: templates)
        coarse = CoarseScore(sound)
    }

    /// Onsets closer than this belong to one event, in seconds.
    static let together = 0.025

    /// The last event that begins at or before a second of the score; -1 if there is none. Logarithmic.
    public func event(atSeconds seconds: Double) -> Int {
        var low = -1
        var high = events.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if events[middle].seconds <= seconds { low = middle } else { high = middle }
        }
        return low
    }
}
