import Music

extension Score {
    /// The score as a MIDI file in order of play: one track with tempi, time signatures and rehearsal marks, and one
    /// track per part.
    ///
    /// The resolution is 960 ticks per quarter note. Grace notes are placed as in ``performed()``. Parts use the
    /// fifteen melodic channels in rotation; percussion uses channel 10.
    public func midiFile() -> MIDIFile {
        let resolution = 960.0
        func tick(_ beat: Double) -> Int { Int((min(max(beat, 0), 1e9) * resolution).rounded()) }
        var conductor: [MIDIEvent] = []
        if let title { conductor.append(MIDIEvent(tick: 0, message: .text(kind: 3, title))) }
        for change in tempo.changes {
            let microseconds = Int((change.secondsPerBeat * 1e6).rounded())
            conductor.append(MIDIEvent(tick: tick(change.beat), message: .tempo(microsecondsPerQuarter: microseconds)))
        }
        conductor += meters().map { MIDIEvent(tick: tick($0.beat), message: $0.message) }
        conductor.sort { $0.tick < $1.tick }
        var tracks = parts.enumerated().map { index, part in
            [
                MIDIEvent(tick: 0, message: .text(kind: 3, part.name)),
                MIDIEvent(tick: 0, message: .program(channel: channel(index), number: part.program)),
            ]
        }
        var programs = parts.map(\.program)
        let pairs = zip(notes, sounding()).sorted { $0.1.start < $1.1.start }
        for (note, times) in pairs {
            let channel = channel(note.part)
            let start = tick(times.start)
            if note.program != programs[note.part] {
                programs[note.part] = note.program
                tracks[note.part].append(
                    MIDIEvent(tick: start, message: .program(channel: channel, number: note.program)))
            }
            tracks[note.part].append(
                MIDIEvent(tick: start, message: .noteOn(channel: channel, key: note.pitch, velocity: note.velocity)))
            tracks[note.part].append(
                MIDIEvent(
                    tick: max(start + 1, tick(times.end)),
                    message: .noteOff(channel: channel, key: note.pitch, velocity: 64)))
        }
        return MIDIFile(division: .ticksPerQuarter(Int(resolution)), tracks: [conductor] + tracks)
    }

    private func channel(_ part: Int) -> Int {
        if parts[part].isPercussion { return 9 }
        let turn = part % 15
        return turn < 9 ? turn : turn + 1
    }

    /// The start and end of each note, in beats.
    private func sounding() -> [(start: Double, end: Double)] {
        notes.map { note in
            guard note.isGrace else { return (note.onset, note.end) }
            let grace = Self.graceLength / tempo.secondsPerBeat(atBeat: note.onset)
            let start = max(0, note.onset - grace * Double(max(1, note.graceSteps)))
            return (start, start + grace)
        }
    }

    private func meters() -> [(beat: Double, message: MIDIEvent.Message)] {
        var found: [(beat: Double, message: MIDIEvent.Message)] = []
        var signature: TimeSignature?
        for passage in passages {
            let measure = measures[passage.measure]
            if let label = measure.label { found.append((passage.start, .text(kind: 6, label))) }
            let shown = Self.signature(measure)
            guard shown != signature else { continue }
            signature = shown
            found.append((passage.start, .timeSignature(numerator: shown.numerator, denominator: shown.denominator)))
        }
        return found
    }

    /// A measure of irregular length gets a matching time signature, because MIDI has no pickups.
    private static func signature(_ measure: Measure) -> TimeSignature {
        guard abs(measure.length - measure.timeSignature.length) > 1e-6 else { return measure.timeSignature }
        for denominator in [measure.timeSignature.denominator, 4, 8, 16, 32, 64] {
            let count = measure.length * Double(denominator) / 4
            if abs(count - count.rounded()) < 1e-6, (1...255).contains(count) {
                return TimeSignature(Int(count.rounded()), denominator)
            }
        }
        return measure.timeSignature
    }
}
