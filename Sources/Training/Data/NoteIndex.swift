import Music

/// Notes sorted by onset, to find those that sound near a given time.
struct NoteIndex: Sendable {
    /// Sample positions.
    private let starts: [Int]
    private let ends: [Int]
    private let pitches: [Int]
    /// Duration of the longest note in samples, which limits how early a sounding note can have begun.
    private let longest: Int

    /// - Parameter notes: in any order, with times in seconds.
    init(_ notes: [Note], sampleRate: Int) {
        let sorted = notes.sorted { ($0.start, $0.pitch) < ($1.start, $1.pitch) }
        starts = sorted.map { Int(($0.start * Double(sampleRate)).rounded()) }
        ends = sorted.map { Int(($0.end * Double(sampleRate)).rounded()) }
        pitches = sorted.map(\.pitch)
        longest = zip(starts, ends).map { $1 - $0 }.max() ?? 0
    }

    /// Calls `body` for each note whose interval [start, end), widened by `margin` samples, overlaps `range`.
    ///
    /// Takes O(log n), plus one step for each note that begins within `range` or at most one longest note before it.
    func forEach(in range: Range<Int>, margin: Int, _ body: (_ start: Int, _ end: Int, _ pitch: Int) -> Void) {
        var low = 0
        var high = starts.count
        let first = range.lowerBound - longest - margin
        while low < high {
            let middle = (low + high) / 2
            if starts[middle] < first { low = middle + 1 } else { high = middle }
        }
        while low < starts.count, starts[low] < range.upperBound + margin {
            if ends[low] + margin >= range.lowerBound { body(starts[low], ends[low], pitches[low]) }
            low += 1
        }
    }
}
