/// Pairs note-offs with note-ons: first in, first out for each track, channel and key.
public struct MIDIHeldNotes: Sendable {
    /// A track and channel.
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

    /// The notes of one key; the first `front` of them are released. An array with a cursor keeps pairing linear.
    private struct Queue {
        var notes: [Int] = []
        var front = 0
    }

    private var queues: [Key: Queue] = [:]

    public init() {}

    /// Adds a held note; `note` is the caller's index for it.
    public mutating func strike(_ key: Int, from source: Source, note: Int) {
        queues[Key(source: source, key: key), default: Queue()].notes.append(note)
    }

    /// Releases a key's oldest held note.
    ///
    /// - Returns: the index of the released note; nil if the key was not held.
    public mutating func release(_ key: Int, from source: Source) -> Int? {
        let key = Key(source: source, key: key)
        guard let queue = queues[key], queue.front < queue.notes.count else { return nil }
        queues[key]?.front += 1
        return queue.notes[queue.front]
    }

    /// Releases all notes of a track and channel.
    ///
    /// - Returns: the indices of the released notes.
    public mutating func releaseAll(from source: Source) -> [Int] {
        var released: [Int] = []
        for key in 0...127 {
            while let note = release(key, from: source) { released.append(note) }
        }
        return released
    }

    /// The notes never released, each with the next note of the same key if there is one. In no particular order.
    public var unreleased: [(source: Source, note: Int, next: Int?)] {
        queues.flatMap { key, queue in
            queue.notes.indices.dropFirst(queue.front).map { place in
                (key.source, queue.notes[place], place + 1 < queue.notes.count ? queue.notes[place + 1] : nil)
            }
        }
    }
}
