import Foundation

extension PlayedTimeline {
    /// A gap between two events of a span that is much longer than the tempo says.
    struct Pause {
        /// Seconds: the times of the events at its edges.
        var start: Double
        var end: Double
        /// Index of the event before it; the next one is the event after it.
        var before: Int
        /// Seconds played to a second written, in the median of the span.
        var rate: Double
    }

    /// What is longer than expected by this many seconds is a pause.
    private static let shortestPause = 0.7
    /// And by this factor.
    private static let pauseFactor = 1.5
    /// Seconds over which the tempo is smoothed (standard deviation).
    private static let smoothing = 1.0

    /// In order.
    var pauses: [Pause] {
        spans.flatMap { span in
            let events = events[span.events]
            let rates = zip(events, events.dropFirst()).compactMap { left, right -> Double? in
                right.written > left.written ? (right.time - left.time) / (right.written - left.written) : nil
            }
            let rate = rates.sorted()[safe: rates.count / 2] ?? 1
            return zip(events.indices, zip(events, events.dropFirst())).compactMap { index, pair -> Pause? in
                let expected = Self.pauseFactor * rate * (pair.1.written - pair.0.written)
                guard pair.1.time - pair.0.time > expected + Self.shortestPause else { return nil }
                return Pause(start: pair.0.time, end: pair.1.time, before: index, rate: rate)
            }
        }
    }

    /// Replaces each event's time by that of a straight line (of time over written time) fitted to the events around it, on its side
    /// of any pause.
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

/// The sums that fitting a straight line takes.
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

    /// The line's value at x = 0.
    var intercept: Double {
        guard weight > 0 else { return 0 }
        let variance = xx - x * x / weight
        let slope = variance > 1e-9 ? (xy - x * y / weight) / variance : 0
        return (y - slope * x) / weight
    }
}
