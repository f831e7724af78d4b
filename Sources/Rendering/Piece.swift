import Foundation
import Music

/// A piece to render: pitched parts and pedals, with times in seconds.
struct Piece: Sendable {
    struct Part: Sendable {
        var program: Int
        var notes: [Note]
    }

    var parts: [Part]
    var pedals: [MIDIPerformance.ControlChange]
    var duration: Double
    /// Whether the piece is an unperformed score, detected by its nearly constant velocities. Such pieces are rendered
    /// with expression.
    var isStrict: Bool

    /// Leaves out percussion and notes without duration.
    init(_ midi: MIDIPerformance) {
        parts = midi.parts.filter { !$0.isPercussion }.compactMap { part in
            let notes = part.notes.filter { $0.end > $0.start }
            return notes.isEmpty ? nil : Part(program: part.program, notes: notes)
        }
        var seen: Set<MIDIPerformance.ControlChange> = []
        // Parts on the same channel share its controllers.
        pedals = midi.parts.flatMap(\.controllers)
            .filter { [64, 66, 67].contains($0.number) && seen.insert($0).inserted }
            .sorted { ($0.time, $0.number) < ($1.time, $1.number) }
        let velocities = parts.flatMap { $0.notes.map { Double($0.velocity) } }
        duration = parts.flatMap { $0.notes.map(\.end) }.max() ?? 0
        let mean = velocities.reduce(0, +) / Double(max(1, velocities.count))
        let variance = velocities.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(1, velocities.count))
        // Velocities of human performances have a standard deviation of 10 or more.
        isStrict = variance < 25
    }

    /// Speeds the piece up by `factor`; below 1, slows it down.
    mutating func scaleTempo(by factor: Double) {
        for part in parts.indices {
            for note in parts[part].notes.indices {
                parts[part].notes[note].start /= factor
                parts[part].notes[note].end /= factor
            }
        }
        for index in pedals.indices { pedals[index].time /= factor }
        duration /= factor
    }

    /// Shifts all notes by semitones.
    mutating func transpose(by semitones: Int) {
        for part in parts.indices {
            for note in parts[part].notes.indices { parts[part].notes[note].pitch += semitones }
        }
    }

    /// The notes that begin within `length` seconds from `start`, with times relative to `start`. Pedals begin in
    /// their current state.
    func excerpt(from start: Double, length: Double) -> Piece {
        var result = self
        let end = start + length
        result.parts = parts.compactMap { part in
            let notes = part.notes.filter { $0.start >= start && $0.start < end }.map { note in
                var note = note
                note.start -= start
                note.end = min(note.end, end) - start
                return note
            }
            return notes.isEmpty ? nil : Part(program: part.program, notes: notes)
        }
        var state: [Int: Int] = [:]
        for pedal in pedals where pedal.time < start { state[pedal.number] = pedal.value }
        result.pedals = state.sorted { $0.key < $1.key }.map { .init(time: 0, number: $0.key, value: $0.value) }
        result.pedals += pedals.filter { $0.time >= start && $0.time < end }.map {
            .init(time: $0.time - start, number: $0.number, value: $0.value)
        }
        result.duration = length
        return result
    }
}
