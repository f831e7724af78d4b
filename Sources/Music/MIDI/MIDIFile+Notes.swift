extension MIDIFile {
    /// Creates a one-track file that plays the notes, with times rounded to half a millisecond.
    ///
    /// Each program gets a channel of its own while melodic channels last; further programs share the last one. Notes
    /// without a program are played as piano. The shortest note is half a millisecond long.
    public init(notes: [Note], name: String? = nil) {
        // 1,000 ticks per quarter note at 120 quarters per minute.
        let ticksPerSecond = 2_000.0
        self.init(division: .ticksPerQuarter(1_000))
        var events = [MIDIEvent(tick: 0, message: .tempo(microsecondsPerQuarter: 500_000))]
        if let name { events.append(MIDIEvent(tick: 0, message: .text(kind: 3, name))) }
        var channels: [Int: Int] = [:]
        let melodic = (0..<16).filter { $0 != 9 }
        for program in Set(notes.map { $0.program ?? 0 }).sorted() {
            let channel = melodic[min(channels.count, melodic.count - 1)]
            channels[program] = channel
            events.append(MIDIEvent(tick: 0, message: .program(channel: channel, number: program)))
        }
        for note in notes where note.start.isFinite && note.end.isFinite && Pitch.range.contains(note.pitch) {
            let channel = channels[note.program ?? 0] ?? 0
            let start = Int((min(max(note.start, 0), 1e9) * ticksPerSecond).rounded())
            let end = max(start + 1, Int((min(max(note.end, 0), 1e9) * ticksPerSecond).rounded()))
            let on = MIDIEvent.Message.noteOn(channel: channel, key: note.pitch, velocity: note.velocity)
            events.append(MIDIEvent(tick: start, message: on))
            events.append(MIDIEvent(tick: end, message: .noteOff(channel: channel, key: note.pitch, velocity: 64)))
        }
        tracks = [events]
    }
}
