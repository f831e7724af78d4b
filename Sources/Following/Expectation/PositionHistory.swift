/// The follower's estimates of the position in the last seconds.
///
/// Memory is constant. Nothing allocates after `init`.
struct PositionHistory: Sendable {
    /// Hops remembered: 3 s.
    static let capacity = 256
    /// Seconds beyond either end for which the position is extrapolated.
    static let reach = 0.5

    struct Entry: Sendable {
        var sample: Int64
        var beat: Double
        /// Quarter notes per sample.
        var pace: Double
    }

    private var entries = [Entry](repeating: Entry(sample: 0, beat: 0, pace: 0), count: Self.capacity)
    private var start = 0
    private(set) var count = 0

    mutating func removeAll() {
        start = 0
        count = 0
    }

    mutating func append(_ entry: Entry) {
        if count == Self.capacity {
            entries[start] = entry
            start = (start + 1) % Self.capacity
        } else {
            entries[(start + count) % Self.capacity] = entry
            count += 1
        }
    }

    /// The entry at an index, counted from the oldest.
    subscript(index: Int) -> Entry { entries[(start + index) % Self.capacity] }

    var newest: Entry? { count > 0 ? self[count - 1] : nil }

    /// The beat and the pace at a sample: interpolated linearly between two reports, extrapolated at the pace of the
    /// first or last report beyond them. Nil more than ``reach`` beyond either end, and without reports. Logarithmic.
    func place(at sample: Int64) -> Entry? {
        guard let newest else { return nil }
        let oldest = self[0]
        let reach = Int64(Self.reach * Double(Expectation.sampleRate))
        guard sample >= oldest.sample - reach, sample <= newest.sample + reach else { return nil }
        let index = lastIndex { $0.sample <= sample }
        let before = self[index]
        guard sample > before.sample, index + 1 < count else {
            return Entry(
                sample: sample, beat: before.beat + Double(sample - before.sample) * before.pace, pace: before.pace)
        }
        let after = self[index + 1]
        let share = Double(sample - before.sample) / Double(after.sample - before.sample)
        return Entry(
            sample: sample, beat: before.beat + share * (after.beat - before.beat), pace: before.pace)
    }

    /// The sample at which a beat was passed, or the oldest sample if it was passed earlier. Linear in the number of
    /// reports since.
    func sample(ofBeat beat: Double) -> Int64? {
        guard count > 0 else { return nil }
        for index in stride(from: count - 1, through: 0, by: -1) where self[index].beat <= beat {
            return self[index].sample
        }
        return self[0].sample
    }

    private func lastIndex(where isBefore: (Entry) -> Bool) -> Int {
        var low = 0
        var high = count
        while high - low > 1 {
            let middle = (low + high) / 2
            if isBefore(self[middle]) { low = middle } else { high = middle }
        }
        return low
    }
}
