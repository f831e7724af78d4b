import Scores

extension Alignment {
    /// What follows from where a score and a recording meet: the notes and measures that lie on the stretches, at the times that the
    /// anchors say. Nothing is suspected, and everything trusted.
    ///
    /// A note belongs to a stretch when its onset does; what is held beyond the stretch ends with it. Drums are left out. Grace notes
    /// precede their beat as in ``Scores/Score/performed()``.
    ///
    /// - Parameters:
    ///   - stretches: in the order of the recording, not empty.
    ///   - duration: of the recording in seconds; times are brought within.
    public init(of score: Score, along stretches: [Stretch], duration: Double) {
        var notes: [PlayedNote] = []
        var measures: [PlayedMeasure] = []
        for (index, stretch) in stretches.enumerated() {
            let beats = stretch.beats
            func time(_ beat: Double) -> Double {
                min(max(0, stretch.time(atBeat: min(max(beat, beats.lowerBound), beats.upperBound))), duration)
            }
            for (number, note) in score.notes.enumerated() where !score.parts[note.part].isPercussion {
                guard note.onset >= beats.lowerBound, note.onset < beats.upperBound else { continue }
                let sounding = score.soundingBeats(of: note)
                let start = time(sounding.lowerBound)
                notes.append(
                    PlayedNote(note: number, stretch: index, start: start, end: max(start, time(sounding.upperBound))))
            }
            for (number, passage) in score.passages.enumerated() {
                let start = max(passage.start, beats.lowerBound)
                let end = min(passage.end, beats.upperBound)
                guard start < end else { continue }
                measures.append(
                    PlayedMeasure(
                        passage: number, stretch: index, start: time(start), end: max(time(start), time(end))))
            }
        }
        notes.sort { ($0.start, score.notes[$0.note].pitch) < ($1.start, score.notes[$1.note].pitch) }
        self.init(stretches: stretches, notes: notes, measures: measures, duration: duration)
    }
}

extension Score {
    /// From where to where a note sounds, in beats: as written but for grace notes.
    fileprivate func soundingBeats(of note: Note) -> ClosedRange<Double> {
        guard note.isGrace else { return note.onset...max(note.onset, note.end) }
        let lead = Self.graceLength * Double(max(1, note.graceSteps))
        let start = max(0, tempo.seconds(atBeat: note.onset) - lead)
        let first = tempo.beat(atSeconds: start)
        return first...max(first, tempo.beat(atSeconds: start + Self.graceLength))
    }
}
