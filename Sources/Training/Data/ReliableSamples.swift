import Basics

/// The samples of a recording at which labels are reliable.
struct ReliableSamples: Sendable {
    /// Disjoint, sorted and not empty.
    let ranges: [Range<Int>]
    /// Total number of samples.
    let count: Int

    /// - Parameter count: number of samples of the recording; spans are clipped to it.
    init(_ spans: TimeSpans, sampleRate: Int, count: Int) {
        let rate = Double(sampleRate)
        ranges = spans.ranges.compactMap { span in
            let first = Int(min(max(0, (span.lowerBound * rate).rounded(.up)), Double(count)))
            let end = Int(min(max(0, (span.upperBound * rate).rounded(.down)), Double(count)))
            return first < end ? first..<end : nil
        }
        self.count = ranges.reduce(0) { $0 + $1.count }
    }

    /// O(log n).
    func contains(_ sample: Double) -> Bool {
        var (low, high) = (0, ranges.count)
        while low < high {
            let middle = (low + high) / 2
            if Double(ranges[middle].upperBound) <= sample { low = middle + 1 } else { high = middle }
        }
        return low < ranges.count && Double(ranges[low].lowerBound) <= sample
    }

    /// Draws one of the samples uniformly; 0 if there are none. O(n).
    func draw(_ random: inout SplitMix64) -> Int {
        guard count > 0 else { return 0 }
        var place = Int(random.next() % UInt64(count))
        for range in ranges {
            if place < range.count { return range.lowerBound + place }
            place -= range.count
        }
        return 0
    }
}
