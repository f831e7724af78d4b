import Foundation

extension PlayedTimeline {
    /// An interval between two events of a span that is much longer than the tempo implies.
    struct Pause {
        /// Times of the events on either side, in seconds.
        var start: Double
        var end: Double
        /// Index of the event before the pause; the next event follows the pause.
        var before: Int
        /// The median ratio of played to written time within the span.
        var rate: Double
    }

    /// A pause exceeds `pauseFactor` times the expected interval by this many seconds.
    private static let minimumPause = 0.7
    /// Tolerance for tempo variation, see `minimumPause`.
    private static let pauseFactor = 1.5
    /// Standard deviation in seconds of the kernel that smooths the tempo.
    private static let smoothing = 1.0

    /// In order of time.
    var pauses: [Pause] {
        spans.flatMap { span in
            let events = events[span.events]
            let rates = zip(events, events.dropFirst()).compactMap { left, right -> Double? in
                right.written > left.written ? (right.time - left.time) / (right.written - left.written) : nil
            }
            let rate = rates.sorted()[safe: rates.count / 2] ?? 1
            return zip(events.indices, zip(events, events.dropFirst())).compactMap { index, pair -> Pause? in
                let expected = Self.pauseFactor * rate * (pair.1.written - pair.0.written)
                guard pair.1.time - pair.0.time > expected + Self.minimumPause else { return nil }
                return Pause(start: pair.0.time, end: pair.1.time, before: index, rate: rate)
            }
        }
    }

    /// Replaces each event's time by a local weighted linear regression of played on written time. Only events on the
    /// same side of any pause contribute.
    mutating func smooth() {
        var times = events.map(\.time)
        let breaks = Set(pauses.map(\.before))
        for span in spans {
            var first = span.events.lowerBound
            for index in span.events {
                if breaks.contains(index - 1) { first = index }
                let event = events[index]
                while events[first].time < event.time - 4 * Self.smoothing { first += 1 }
                var sums = LineSums()
                var other = first
                while other < span.events.upperBound, events[other].time <= event.time + 4 * Self.smoothing {
                    let distance = (events[other].time - event.time) / Self.smoothing
                    sums.add(
                        x: events[other].written - event.written, y: events[other].time - event.time,
                        weight: exp(-0.5 * distance * distance))
                    if other >= index, breaks.contains(other) { break }
                    other += 1
                }
                times[index] = event.time + sums.intercept
            }
        }
        setTimes(times)
    }
}

/// Accumulates the sums of a weighted linear regression.
private struct LineSums {
    private var weight = 0.0
    private var x = 0.0
    private var y = 0.0
    private var xx = 0.0
    private var xy = 0.0

    mutating func add(x: Double, y: Double, weight: Double) {
        self.weight += weight
        self.x += weight * x
        self.y += weight * y
        xx += weight * x * x
        xy += weight * x * y
    }

    /// The fitted value at x = 0.
    var intercept: Double {
        guard weight > 0 else { return 0 }
        let variance = xx - x * x / weight
        let slope = variance > 1e-9 ? (xy - x * y / weight) / variance : 0
        return (y - slope * x) / weight
    }
}
