import Scores

extension ScoreAlignment {
    /// Places the score's notes and measures in the recording by interpolating between anchors. Every note gets
    /// confidence 1, and there are no suspicions.
    ///
    /// A note belongs to the stretch that contains its onset and ends with that stretch at the latest. Percussion is
    /// left out. Grace notes precede their beat as in ``Scores/Score/performed()``.
    ///
    /// - Parameters:
    ///   - stretches: in the order of the recording; not empty.
    ///   - duration: of the recording in seconds. Times are clamped to it.
    public init(of score: Score, along stretches: [Stretch], duration: Double) {
        var notes: [PlayedNote] = []
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
        }
        notes.sort { ($0.start, score.notes[$0.note].pitch) < ($1.start, score.notes[$1.note].pitch) }
        self.init(
            stretches: stretches, notes: notes,
            measures: Self.measures(of: score, along: stretches, duration: duration), duration: duration)
    }

    /// The measures that overlap a stretch, clipped to it.
    static func measures(of score: Score, along stretches: [Stretch], duration: Double) -> [PlayedMeasure] {
        stretches.enumerated().flatMap { index, stretch in
            let beats = stretch.beats
            func time(_ beat: Double) -> Double { min(max(0, stretch.time(atBeat: beat)), duration) }
            return score.passages.enumerated().compactMap { number, passage -> PlayedMeasure? in
                let start = max(passage.start, beats.lowerBound)
                let end = min(passage.end, beats.upperBound)
                guard start < end - 1e-6 else { return nil }
                return PlayedMeasure(
                    passage: number, stretch: index, start: time(start), end: max(time(start), time(end)))
            }
        }
    }
}

extension Score {
    /// The beats between which a note sounds: as written, except for grace notes.
    fileprivate func soundingBeats(of note: Note) -> ClosedRange<Double> {
        guard note.isGrace else { return note.onset...max(note.onset, note.end) }
        let start = max(0, tempo.seconds(atBeat: note.onset) - note.graceLead)
        let first = tempo.beat(atSeconds: start)
        return first...max(first, tempo.beat(atSeconds: start + Self.graceLength))
    }
}
