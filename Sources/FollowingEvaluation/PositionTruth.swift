import Basics

/// Where the players really are at any moment of a recording, as far as its reference tells.
struct PositionTruth {
    private struct Interval {
        var start: Double
        var end: Double
        /// The score's seconds at both ends.
        var from: Double
        var to: Double
        /// Whether every position between the ends is right: players pause.
        var isPause: Bool
    }

    private let intervals: [Interval]
    private let first: FollowingReference.Onset
    /// Whether the first onset is where the score begins, so that until it is played every later position is wrong.
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
            // In the beats before a leap nobody can say where the players are.
            if let kind = kinds[index], kind == .skip || kind == .repeat { return nil }
            guard after.seconds > before.seconds else { return nil }
            return Interval(
                start: before.seconds, end: after.seconds, from: before.scoreSeconds, to: after.scoreSeconds,
                isPause: kinds[index] == .pause)
        }
    }

    /// How many of the score's seconds a position is off at a moment; nil where the truth isn't known: in a leap, after the last onset,
    /// and before the first one of players who begin in the middle. Logarithmic.
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
