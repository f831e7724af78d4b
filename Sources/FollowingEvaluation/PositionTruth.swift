import Basics

/// The true position of the players at any moment of a recording, as far as its reference determines it.
struct PositionTruth {
    private struct Interval {
        var start: Double
        var end: Double
        /// Seconds of the score at both ends.
        var from: Double
        var to: Double
        /// Whether every position between the ends is right, because the players pause.
        var isPause: Bool
    }

    private let intervals: [Interval]
    private let first: FollowingReference.Onset
    /// Whether the players begin at the start of the score. Then every later position is wrong until the first onset.
    private let beginsAtStart: Bool

    init(_ reference: FollowingReference) {
        let events = Discontinuity.all(in: reference)
        var kinds: [Int: Discontinuity.Kind] = [:]
        for event in events where event.onset > 0 { kinds[event.onset] = event.kind }
        let onsets = reference.onsets
        first = onsets[0]
        beginsAtStart = !events.contains { $0.kind == .middle }
        intervals = onsets.indices.dropFirst().compactMap { index in
            let (before, after) = (onsets[index - 1], onsets[index])
            // Between the last onset before a leap and the first one after it, the position is unknown.
            if let kind = kinds[index], kind == .skip || kind == .repeat { return nil }
            guard after.seconds > before.seconds else { return nil }
            return Interval(
                start: before.seconds, end: after.seconds, from: before.scoreSeconds, to: after.scoreSeconds,
                isPause: kinds[index] == .pause)
        }
    }

    /// The error of a position at a moment, in seconds of the score. Nil where the truth is unknown: in a leap, after
    /// the last onset, and before the first onset of players who begin in the middle. Logarithmic.
    func error(at seconds: Double, position: Double) -> Double? {
        if seconds < first.seconds { return beginsAtStart ? max(0, position - first.scoreSeconds) : nil }
        let low = intervals.partitionPoint { $0.start <= seconds } - 1
        guard low >= 0, seconds < intervals[low].end else { return nil }
        let interval = intervals[low]
        if interval.isPause { return position - min(max(position, interval.from), interval.to) }
        let share = (seconds - interval.start) / (interval.end - interval.start)
        return position - (interval.from + (interval.to - interval.from) * share)
    }
}
