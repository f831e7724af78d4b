/// A note that the score expects at a certain beat.
public struct DueNote: Sendable, Equatable {
    /// Onset in quarter notes along the order of play.
    public var beat: Double
    /// MIDI note number, 0...127.
    public var pitch: Int
    /// Duration in quarter notes.
    public var length: Double

    public init(beat: Double, pitch: Int, length: Double = 0) {
        self.beat = beat
        self.pitch = pitch
        self.length = length
    }
}

/// A note of the score that was not detected.
public struct MissedNote: Sendable, Equatable {
    public var note: DueNote
    /// When the players passed its onset, on the clock of ``FollowingReport/sample``.
    public var sample: Int64

    public init(note: DueNote, sample: Int64) {
        self.note = note
        self.sample = sample
    }
}

extension FollowingScore {
    /// The expected notes, sorted by beat, then pitch. Notes of one event with the same pitch are merged into one,
    /// which has the longest duration.
    public var dueNotes: [DueNote] {
        var notes: [DueNote] = []
        notes.reserveCapacity(score.notes.count)
        for event in events {
            let lengths = Dictionary(
                event.notes.map { (score.notes[$0].pitch, max(0, score.notes[$0].end - event.beat)) },
                uniquingKeysWith: max)
            for (pitch, length) in lengths { notes.append(DueNote(beat: event.beat, pitch: pitch, length: length)) }
        }
        return notes.sorted { ($0.beat, $0.pitch) < ($1.beat, $1.pitch) }
    }
}
