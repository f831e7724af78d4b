import Music

/// Pairs note-ons with note-offs, and emits complete notes in order of onset.
///
/// A note is emitted once it has ended and no note with an earlier onset is still sounding. The delay is therefore
/// bounded by the longest note, not by the length of the recording. Onsets are published up to a few hops late, so two
/// notes whose onsets lie within those hops may be emitted in order of publication.
public struct NoteAssembler: Sendable {
    /// A note-on with the sample of its note-off.
    public struct PairedNote: Sendable, Equatable {
        public var on: NoteOnset
        /// The sample at which the note ended.
        public var end: Int64

        /// The note with times in seconds, as in label files.
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
    /// Sorted by onset, then pitch. The first one is still sounding.
    private var entries: [Entry] = []

    /// - Parameter sampleRate: the sample rate of the events, in hertz.
    public init(sampleRate: Int) {
        self.sampleRate = Double(sampleRate)
    }

    /// Takes events in order of publication and returns the notes that are now complete.
    public mutating func add(_ events: [NoteEvent]) -> [Note] { pair(events).map { $0.note(sampleRate: sampleRate) } }

    /// Like ``add(_:)``, but keeps everything that was published about each note.
    public mutating func pair(_ events: [NoteEvent]) -> [PairedNote] {
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

    private mutating func drain() -> [PairedNote] {
        let complete = entries.prefix { $0.end != nil }
        let result = complete.compactMap { entry in entry.end.map { PairedNote(on: entry.on, end: $0) } }
        entries.removeFirst(complete.count)
        return result
    }
}
