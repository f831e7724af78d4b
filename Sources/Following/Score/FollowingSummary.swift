import Scores

/// What a follower will find in a score: how much there is to follow, and where it may be in doubt.
public struct FollowingSummary: Sendable, Encodable {
    /// Moments at which notes begin.
    public let events: Int
    /// Events per second at the notated tempo.
    public let rate: Double
    /// The longest time without a new note, in seconds at the notated tempo.
    public let longestGap: Double
    /// The printed number of the measure in which it begins.
    public let gapMeasure: String
    /// Events before which the same ``context`` events come as before another one.
    public let ambiguousEvents: Int
    /// Percussion strokes, which are not listened for.
    public let percussionNotes: Int

    /// The number of events that must be alike.
    public static let context = 16

    /// O(n log n) in the number of events.
    public init(_ score: FollowingScore) {
        let events = score.events
        self.events = events.count
        let span = events[events.count - 1].seconds - events[0].seconds
        rate = span > 0 ? Double(events.count - 1) / span : 0
        var gap = (seconds: 0.0, beat: events[0].beat)
        for (event, next) in zip(events, events.dropFirst()) where next.seconds - event.seconds > gap.seconds {
            gap = (next.seconds - event.seconds, event.beat)
        }
        longestGap = gap.seconds
        gapMeasure = score.score.position(atBeat: gap.beat).number
        ambiguousEvents = events.indices.count { score.table.twins.group(of: $0, length: Self.context).count > 1 }
        percussionNotes = score.score.notes.count { score.score.parts[$0.part].isPercussion }
    }

    /// One sentence for each fact worth knowing before a performance.
    public var sentences: [String] {
        var sentences = ["\(events) moments at which notes begin, \(Self.rounded(rate)) a second"]
        if longestGap >= Self.longGap {
            sentences.append(
                "for \(Self.rounded(longestGap)) s from measure \(gapMeasure) on, no note begins: "
                    + "only the tempo tells the position")
        }
        if ambiguousEvents > 0 {
            let share = Int((100 * Double(ambiguousEvents) / Double(events)).rounded())
            sentences.append(
                "\(ambiguousEvents) of them (\(share)%) come after \(Self.context) that are the same elsewhere: "
                    + "if players jump there, the follower cannot tell which of them it is")
        }
        if percussionNotes > 0 { sentences.append("\(percussionNotes) percussion strokes are not listened for") }
        return sentences
    }

    /// Seconds from which a gap is worth a sentence.
    private static let longGap = 4.0

    private static func rounded(_ value: Double) -> String {
        let tenths = (min(value, 1e6) * 10).rounded() / 10
        return tenths == tenths.rounded() ? "\(Int(tenths))" : "\(tenths)"
    }
}
