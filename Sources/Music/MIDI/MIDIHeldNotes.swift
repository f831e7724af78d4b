/// Which notes of a MIDI file are held, so that note-offs find their note-ons: first in, first out for each track, channel and key.
public struct MIDIHeldNotes: Sendable {
    /// A channel of a track.
    public struct Source: Hashable, Sendable {
        public var track: Int
        public var channel: Int

        public init(track: Int, channel: Int) {
            self.track = track
            self.channel = channel
        }
    }

    private struct Key: Hashable {
        var source: Source
        var key: Int
    }

    /// Notes of a key, the first `front` of them released. A plain array with a cursor keeps this linear.
    private struct Queue {
        var notes: [Int] = []
        var front = 0
    }

    private var queues: [Key: Queue] = [:]

    public init() {}

    /// A key is struck; `note` is the caller's number for it.
    public mutating func strike(_ key: Int, from source: Source, note: Int) {
        queues[Key(source: source, key: key), default: Queue()].notes.append(note)
    }

    /// A key is released.
    ///
    /// - Returns: the note that ends; nil if none was held.
    public mutating func release(_ key: Int, from source: Source) -> Int? {
        let key = Key(source: source, key: key)
        guard let queue = queues[key], queue.front < queue.notes.count else { return nil }
        queues[key]?.front += 1
        return queue.notes[queue.front]
    }

    /// The notes that were never released, each with the next one of its key, if there is one. In no particular order.
    public var unreleased: [(source: Source, note: Int, next: Int?)] {
        queues.flatMap { key, queue in
            queue.notes.indices.dropFirst(queue.front).map { place in
                (key.source, queue.notes[place], place + 1 < queue.notes.count ? queue.notes[place + 1] : nil)
            }
        }
    }
}
