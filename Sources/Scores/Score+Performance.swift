import Music

extension Score {
    /// Seconds that a grace note takes in ``performed()``.
    public static let graceLength = 0.06

    /// The notes as they would be played at the written tempo, in order of start; drums left out.
    ///
    /// Beat 0 is second 0. A grace note takes 60 ms; grace notes precede their beat one after the other, but never second 0.
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
    /// Seconds by which a grace note precedes its beat: as long as it and the grace notes after it take.
    public var graceLead: Double { isGrace ? Score.graceLength * Double(max(1, graceSteps)) : 0 }
}
