/// Stretches of time in seconds: apart from each other, in order, none of them empty.
public struct TimeSpans: Sendable, Equatable {
    public private(set) var ranges: [Range<Double>]

    /// From pairs of ends, which may be any numbers: those that are no stretch of time are left out.
    public init(from spans: some Sequence<(start: Double, end: Double)>) {
        self.init(spans.compactMap { $0.start < $0.end ? $0.start..<$0.end : nil })
    }

    /// - Parameter ranges: in any order; they may overlap. Endless ones are left out.
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

    /// Seconds in all.
    public var duration: Double { ranges.reduce(0) { $0 + ($1.upperBound - $1.lowerBound) } }

    /// Logarithmic.
    public func contains(_ time: Double) -> Bool {
        var (low, high) = (0, ranges.count)
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound <= time { low = middle + 1 } else { high = middle }
        }
        return low < ranges.count && ranges[low].lowerBound <= time
    }

    /// What is in both.
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

    /// What is here and not in the other.
    public func subtracting(_ other: TimeSpans) -> TimeSpans {
        let ends = [-Double.greatestFiniteMagnitude] + other.ranges.map(\.upperBound)
        let starts = other.ranges.map(\.lowerBound) + [Double.greatestFiniteMagnitude]
        return intersection(TimeSpans(from: zip(ends, starts).map { (start: $0, end: $1) }))
    }

    /// Each stretch without its first and last seconds; those that are too short vanish.
    public func inset(start: Double, end: Double) -> TimeSpans {
        TimeSpans(
            ranges.compactMap { range in
                let (low, high) = (range.lowerBound + start, range.upperBound - end)
                return low < high ? low..<high : nil
            })
    }

    /// Without stretches shorter than this many seconds.
    public func droppingShorter(than seconds: Double) -> TimeSpans {
        TimeSpans(ranges.filter { $0.upperBound - $0.lowerBound >= seconds })
    }
}
