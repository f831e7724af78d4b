import Music

extension MIDIFile {
    /// The given range of ticks as a file of its own, which starts at tick 0.
    ///
    /// Contains the notes that begin within the range, truncated at its end. Tempo, signatures, programs, controllers
    /// and track names in effect at the start of the range are carried over.
    func excerpt(_ ticks: Range<Int>) -> MIDIFile {
        var result = self
        result.tracks = tracks.map { Self.excerpt($0, ticks) }
        return result
    }

    private static func excerpt(_ events: [MIDIEvent], _ ticks: Range<Int>) -> [MIDIEvent] {
        struct Key: Hashable {
            var channel: Int
            var key: Int
        }
        var states: [String: MIDIEvent.Message] = [:]
        var order: [String] = []
        var kept: [MIDIEvent] = []
        var held: [Key: Int] = [:]
        // At the same tick, note-offs precede note-ons.
        func isNoteOff(_ event: MIDIEvent) -> Bool { if case .noteOff = event.message { true } else { false } }
        let sorted = events.indices.sorted {
            (events[$0].tick, isNoteOff(events[$0]) ? 0 : 1, $0) < (events[$1].tick, isNoteOff(events[$1]) ? 0 : 1, $1)
        }
        for event in sorted.lazy.map({ events[$0] }) {
            let tick = event.tick - ticks.lowerBound
            switch event.message {
            case .noteOn(let channel, let key, _):
                guard ticks.contains(event.tick) else { continue }
                held[Key(channel: channel, key: key), default: 0] += 1
                kept.append(MIDIEvent(tick: tick, message: event.message))
            case .noteOff(let channel, let key, _):
                let source = Key(channel: channel, key: key)
                guard let count = held[source], count > 0 else { continue }
                held[source] = count - 1
                kept.append(MIDIEvent(tick: min(tick, ticks.count), message: event.message))
            default:
                if event.tick <= ticks.lowerBound, let name = state(event.message) {
                    if states.updateValue(event.message, forKey: name) == nil { order.append(name) }
                } else if ticks.contains(event.tick) {
                    kept.append(MIDIEvent(tick: tick, message: event.message))
                }
            }
        }
        return order.compactMap { states[$0].map { MIDIEvent(tick: 0, message: $0) } } + kept
    }

    /// A name for the state that a message sets until the next message of its kind; nil for messages without lasting
    /// effect.
    private static func state(_ message: MIDIEvent.Message) -> String? {
        switch message {
        case .tempo: "tempo"
        case .timeSignature: "time signature"
        case .keySignature: "key signature"
        case .program(let channel, _): "program \(channel)"
        case .controller(let channel, let number, _): "controller \(channel) \(number)"
        case .text(kind: 3, _): "name"
        default: nil
        }
    }
}
