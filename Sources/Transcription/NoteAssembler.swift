import Music

/// Joins beginnings and ends to notes, and gives them out in order of their beginnings.
///
/// A note can be given out when it has ended and no note that began before it still sounds: what is held back is
/// bounded by the longest note, not by the recording. (Onsets are published up to a few hops late, so that two notes
/// which begin within those may come in the order of their publication.)
public struct NoteAssembler: Sendable {
    /// A note that has ended.
    public struct Joined: Sendable, Equatable {
        public var on: NoteOnset
        /// The sample at which it ended.
        public var end: Int64

        /// In seconds, as labels of recordings are.
        func note(sampleRate: Double) -> Note {
            Note(
                pitch: on.pitch, start: Double(on.sample) / sampleRate, end: Double(end) / sampleRate,
                velocity: on.velocity, confidence: on.confidence)
        }
    }

    private struct Entry {
        var on: NoteOnset
        var end: Int64?
    }

    private let sampleRate: Double
    /// In order of onset, then of pitch; the first one still sounds.
    private var entries: [Entry] = []

    /// - Parameter sampleRate: of the events' samples, in hertz.
    public init(sampleRate: Int) {
        self.sampleRate = Double(sampleRate)
    }

    /// Takes events in the order in which they were published, and returns the notes that are complete.
    public mutating func add(_ events: [NoteEvent]) -> [Note] { join(events).map { $0.note(sampleRate: sampleRate) } }

    /// The same with all that was published of them.
    public mutating func join(_ events: [NoteEvent]) -> [Joined] {
        for event in events {
            switch event {
            case .on(let note): insert(note)
            case .off(let note):
                if let index = entries.lastIndex(where: { $0.on.pitch == note.pitch && $0.end == nil }) {
                    entries[index].end = note.sample
                }
            }
        }
        return drain()
    }

    private mutating func insert(_ note: NoteOnset) {
        let place = entries.lastIndex { ($0.on.sample, $0.on.pitch) <= (note.sample, note.pitch) }.map { $0 + 1 } ?? 0
        entries.insert(Entry(on: note, end: nil), at: place)
    }

    private mutating func drain() -> [Joined] {
        let complete = entries.prefix { $0.end != nil }
        let result = complete.compactMap { entry in entry.end.map { Joined(on: entry.on, end: $0) } }
        entries.removeFirst(complete.count)
        return result
    }
}
