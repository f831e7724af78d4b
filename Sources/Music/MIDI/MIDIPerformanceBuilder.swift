/// Collects notes from a MIDI file's events in time order.
struct MIDIPerformanceBuilder {
    private typealias Source = MIDIHeldNotes.Source

    private let file: MIDIFile
    private var parts: [Source: MIDIPerformance.Part] = [:]
    private var held = MIDIHeldNotes()
    // Programs are kept by track and channel and also by channel: a file may set all programs in its first track, or
    // several tracks may share a channel but have programs of their own.
    private var ownProgram: [Source: Int] = [:]
    private var channelProgram = [Int](repeating: 0, count: 16)
    private var controllers = [[MIDIPerformance.ControlChange]](repeating: [], count: 16)

    init(_ file: MIDIFile) {
        self.file = file
    }

    mutating func build() -> MIDIPerformance {
        let map = MIDITempoMap(file)
        var merged: [(tick: Int, track: Int, index: Int)] = []
        merged.reserveCapacity(file.tracks.reduce(0) { $0 + $1.count })
        for (track, events) in file.tracks.enumerated() {
            for (index, event) in events.enumerated() { merged.append((event.tick, track, index)) }
        }
        merged.sort { $0 < $1 }
        var events: [MIDIPerformance.ChannelEvent] = []
        events.reserveCapacity(merged.count)
        for (tick, track, index) in merged {
            let message = file.tracks[track][index].message
            guard message.channel != nil else { continue }
            let time = map.seconds(atTick: tick)
            events.append(.init(time: time, track: track, message: message))
            take(message, track: track, time: time)
        }
        let duration = merged.last.map { map.seconds(atTick: $0.tick) } ?? 0
        releaseAll(at: duration)
        var result = parts.values.sorted { ($0.track, $0.channel) < ($1.track, $1.channel) }
        for index in result.indices { result[index].controllers = controllers[result[index].channel] }
        return MIDIPerformance(parts: result, events: events, duration: duration)
    }

    private mutating func take(_ message: MIDIEvent.Message, track: Int, time: Double) {
        switch message {
        case .noteOn(let channel, let key, let velocity):
            let source = Source(track: track, channel: channel)
            let program = ownProgram[source] ?? channelProgram[channel]
            var part =
                parts.removeValue(forKey: source)
                ?? MIDIPerformance.Part(
                    track: track, channel: channel, name: trackName(track), program: program, notes: [], controllers: []
                )
            // A note has zero length until it is released.
            part.notes.append(Note(pitch: key, start: time, end: time, velocity: velocity, program: program))
            held.strike(key, from: source, note: part.notes.count - 1)
            parts[source] = part
        case .noteOff(let channel, let key, _):
            let source = Source(track: track, channel: channel)
            if let note = held.release(key, from: source) { parts[source]?.notes[note].end = time }
        case .program(let channel, let number):
            ownProgram[Source(track: track, channel: channel)] = number
            channelProgram[channel] = number
        case .controller(let channel, let number, let value):
            controllers[channel].append(.init(time: time, number: number, value: value))
            if MIDIEvent.silencing.contains(number) {
                let source = Source(track: track, channel: channel)
                for note in held.releaseAll(from: source) { parts[source]?.notes[note].end = time }
            }
        default: break
        }
    }

    private mutating func releaseAll(at time: Double) {
        for held in held.unreleased { parts[held.source]?.notes[held.note].end = time }
    }

    private func trackName(_ track: Int) -> String? {
        for event in file.tracks[track] {
            if case .text(kind: 3, let name) = event.message { return name }
        }
        return nil
    }
}
