/// A set of times, as disjoint, sorted, non-empty ranges in seconds.
public struct TimeSpans: Sendable, Equatable {
    public private(set) var ranges: [Range<Double>]

    /// Creates a set from pairs of start and end; pairs whose end isn't after their start are ignored.
    public init(from spans: some Sequence<(start: Double, end: Double)>) {
        self.init(spans.compactMap { $0.start < $0.end ? $0.start..<$0.end : nil })
    }

    /// - Parameter ranges: in any order; they may overlap. Infinite ranges are ignored.
    public init(_ ranges: some Sequence<Range<Double>> = []) {
        self.ranges = []
        let sorted = ranges.filter { !$0.isEmpty && $0.lowerBound.isFinite && $0.upperBound.isFinite }
            .sorted { $0.lowerBound < $1.lowerBound }
        for range in sorted {
            if let last = self.ranges.last, range.lowerBound <= last.upperBound {
                let end = max(last.upperBound, range.upperBound)
                self.ranges[self.ranges.count - 1] = last.lowerBound..<end
            } else {
                self.ranges.append(range)
            }
        }
    }

    /// Total duration in seconds.
    public var duration: Double { ranges.reduce(0) { $0 + ($1.upperBound - $1.lowerBound) } }

    /// O(log n).
    public func contains(_ time: Double) -> Bool {
        var (low, high) = (0, ranges.count)
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound <= time { low = middle + 1 } else { high = middle }
        }
        return low < ranges.count && ranges[low].lowerBound <= time
    }

    /// The times that are in both sets.
    public func intersection(_ other: TimeSpans) -> TimeSpans {
        var result: [Range<Double>] = []
        var (left, right) = (0, 0)
        while left < ranges.count, right < other.ranges.count {
            let (a, b) = (ranges[left], other.ranges[right])
            let (low, high) = (max(a.lowerBound, b.lowerBound), min(a.upperBound, b.upperBound))
            if low < high { result.append(low..<high) }
            if a.upperBound < b.upperBound { left += 1 } else { right += 1 }
        }
        return TimeSpans(result)
    }

    /// The times that are in this set but not in the other.
    public func subtracting(_ other: TimeSpans) -> TimeSpans {
        let ends = [-Double.greatestFiniteMagnitude] + other.ranges.map(\.upperBound)
        let starts = other.ranges.map(\.lowerBound) + [Double.greatestFiniteMagnitude]
        return intersection(TimeSpans(from: zip(ends, starts).map { (start: $0, end: $1) }))
    }

    /// Each range without its first `start` and last `end` seconds; ranges that are too short are dropped.
    public func inset(start: Double, end: Double) -> TimeSpans {
        TimeSpans(
            ranges.compactMap { range in
                let (low, high) = (range.lowerBound + start, range.upperBound - end)
                return low < high ? low..<high : nil
            })
    }

    /// The set without ranges shorter than `seconds`.
    public func droppingShorter(than seconds: Double) -> TimeSpans {
        TimeSpans(ranges.filter { $0.upperBound - $0.lowerBound >= seconds })
    }
}
