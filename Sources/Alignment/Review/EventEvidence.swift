import Basics
import Foundation

/// What speaks for or against an event being where an alignment puts it. The score is played at the aligned times, and compared with
/// the recording around the event.
struct EventEvidence: Sendable, Equatable {
    /// How alike the rises are at the event: 0 to 1.
    var likeness: Double
    /// How much more alike they are at the best moment within a tenth of a second: 0 or more.
    var missed: Double
    /// How alike the bands' levels are while the event's notes sound, as a correlation: -1 to 1.
    var agreement: Double
    /// By how much the tempo at the event differs from that around it, as the magnitude of a logarithm: 0 or more.
    var unevenness: Double

    /// Seconds after an event in which levels are compared, at most and at least.
    private static let longest = 0.6
    private static let shortest = 0.2
    /// Seconds to both sides from which the tempo around an event is taken.
    private static let surroundings = 5.0

    /// Of each event of a performance, in order.
    ///
    /// - Parameters:
    ///   - score: combined features of the score as played at the timeline's times, equalised.
    ///   - recording: combined features of the recording.
    static func all(of timeline: PlayedTimeline, score: FeatureSequence, recording: FeatureSequence) -> [EventEvidence]
    {
        let events = timeline.events
        let frames = agreements(score, recording)
        let unevenness = Self.unevenness(of: timeline)
        let likenesses = OnsetRefinement.likenesses(
            at: events.map(\.time), score: score, recording: recording)
        return events.indices.map { index in
            let next = index + 1 < events.count ? events[index + 1].time : events[index].time + longest
            let length = min(max(next - events[index].time, shortest), longest)
            let first = Int(events[index].time * score.rate)
            let last = Int((events[index].time + length) * score.rate)
            let part = max(0, min(first, frames.count - 1))..<max(1, min(last + 1, frames.count))
            let values = part.isEmpty ? [] : frames[part.clamped(to: frames.indices)]
            return EventEvidence(
                likeness: likenesses[index].here, missed: likenesses[index].best - likenesses[index].here,
                agreement: values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count),
                unevenness: unevenness[index])
        }
    }

    /// The correlation of both level vectors in each frame; 0 where both are silent.
    private static func agreements(_ score: FeatureSequence, _ recording: FeatureSequence) -> [Double] {
        let bands = score.dimensions / 2
        return (0..<min(score.count, recording.count)).map { frame in
            let mine = score.values[frame * score.dimensions..<frame * score.dimensions + bands]
            let theirs = recording.values[frame * score.dimensions..<frame * score.dimensions + bands]
            let (a, b) = (mine.reduce(0, +) / Float(bands), theirs.reduce(0, +) / Float(bands))
            var (xx, yy, xy): (Float, Float, Float) = (0, 0, 0)
            for (x, y) in zip(mine, theirs) {
                xx += (x - a) * (x - a)
                yy += (y - b) * (y - b)
                xy += (x - a) * (y - b)
            }
            // A neper in each band: less contrast than that is noise.
            let least = Float(bands) * 0.25
            return Double(xy / (max(xx, least) * max(yy, least)).squareRoot())
        }
    }

    private static func unevenness(of timeline: PlayedTimeline) -> [Double] {
        var result = [Double](repeating: 0, count: timeline.events.count)
        for span in timeline.spans {
            let events = Array(timeline.events[span.events])
            for index in events.indices.dropFirst().dropLast() {
                let (left, right) = (events[index - 1], events[index + 1])
                let first = events.partitionPoint { $0.time < events[index].time - surroundings }
                let last = events.partitionPoint { $0.time <= events[index].time + surroundings } - 1
                guard right.written > left.written, last > first, events[last].written > events[first].written,
                    events[last].time > events[first].time
                else { continue }
                let around = (events[last].time - events[first].time) / (events[last].written - events[first].written)
                let here = max(right.time - left.time, 1e-3) / (right.written - left.written)
                result[span.events.lowerBound + index] = abs(log(here / around))
            }
        }
        return result
    }
}

/// How evidence becomes a probability: that an event is within 50 ms of where the alignment puts it (apart from a delay that the whole
/// recording has).
///
/// A logistic regression. Fitted to the 6,600 events of 17 pairs of scores and recordings with known times (rendered and real pianos,
/// real violin; docs/alignment.md says which), and of 10 scores aligned by force with recordings of other music, whose events all
/// count as wrong, at a weight of 0.3. With each recording predicted by a fit to the others, predictions are right to 0.03 on
/// average (expected calibration error); scores of other music get 0.20 on average.
enum EventConfidence {
    private static let likeness = 14.91
    private static let missed = 2.65
    private static let agreement = 14.29
    private static let unevenness = -12.73
    private static let offset = -13.65
    /// Larger values count as these.
    private static let mostLike = 0.6
    private static let mostMissed = 0.3
    private static let mostUneven = 1.5

    /// 0...1.
    static func confidence(_ evidence: EventEvidence) -> Double {
        let sum =
            offset + likeness * min(evidence.likeness, mostLike) + missed * min(evidence.missed, mostMissed)
            + agreement * evidence.agreement + unevenness * min(evidence.unevenness, mostUneven)
        return 1 / (1 + exp(-sum))
    }
}
