import Music

extension Score {
    /// The duration of a grace note in ``performed()``, in seconds.
    public static let graceLength = 0.06

    /// The notes as played at the notated tempo, in order of start, without percussion.
    ///
    /// Beat 0 is at time 0. A grace note lasts 60 ms; consecutive grace notes precede their beat one after the other,
    /// but never start before time 0.
    public func performed() -> [Music.Note] {
        var played: [Music.Note] = []
        played.reserveCapacity(notes.count)
        for note in notes where !parts[note.part].isPercussion {
            let onset = tempo.seconds(atBeat: note.onset)
            let start = note.isGrace ? max(0, onset - note.graceLead) : onset
            let end = note.isGrace ? start + Self.graceLength : max(tempo.seconds(atBeat: note.end), onset + 0.01)
            played.append(
                Music.Note(
                    pitch: note.pitch, start: start, end: end, velocity: note.velocity, program: note.program))
        }
        return played.sorted { ($0.start, $0.pitch) < ($1.start, $1.pitch) }
    }
}

extension Score.Note {
    /// Seconds by which a grace note precedes its beat: its own duration and that of the grace notes after it.
    public var graceLead: Double { isGrace ? Score.graceLength * Double(max(1, graceSteps)) : 0 }
}
