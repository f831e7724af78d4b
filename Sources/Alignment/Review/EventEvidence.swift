import Basics
import Foundation

/// Evidence for or against an event's position. The score is synthesised with the aligned timing and compared with the
/// recording around the event.
struct EventEvidence: Sendable, Equatable {
    /// Similarity of the rises at the event: 0...1.
    var similarity: Double
    /// By how much the similarity is higher at the best time within 0.1 s: 0 or more.
    var missed: Double
    /// Correlation of the band levels while the event's notes sound: -1...1.
    var agreement: Double
    /// Absolute logarithm of the ratio between the tempo at the event and the surrounding tempo: 0 or more.
    var unevenness: Double

    /// Limits in seconds of the interval after an event over which levels are compared.
    private static let maximumLength = 0.6
    private static let minimumLength = 0.2
    /// Seconds on either side of an event from which the surrounding tempo is computed.
    private static let surroundings = 5.0

    /// The evidence for each event of a timeline, in order.
    ///
    /// - Parameters:
    ///   - score: combined features of the score synthesised with the timeline's timing, equalised.
    ///   - recording: combined features of the recording.
    static func all(of timeline: PlayedTimeline, score: FeatureSequence, recording: FeatureSequence) -> [EventEvidence]
    {
        let events = timeline.events
        let frames = agreements(score, recording)
        let unevenness = Self.unevenness(of: timeline)
        let similarities = OnsetRefinement.similarities(
            at: events.map(\.time), score: score, recording: recording)
        return events.indices.map { index in
            let next = index + 1 < events.count ? events[index + 1].time : events[index].time + maximumLength
            let length = min(max(next - events[index].time, minimumLength), maximumLength)
            let first = Int(events[index].time * score.rate)
            let last = Int((events[index].time + length) * score.rate)
            let part = max(0, min(first, frames.count - 1))..<max(1, min(last + 1, frames.count))
            let values = part.isEmpty ? [] : frames[part.clamped(to: frames.indices)]
            return EventEvidence(
                similarity: similarities[index].here, missed: similarities[index].best - similarities[index].here,
                agreement: values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count),
                unevenness: unevenness[index])
        }
    }

    /// The correlation of the two level vectors in each frame; 0 where both are silent.
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
            // Variances below this are regarded as noise.
            let minimum = Float(bands) * 0.25
            return Double(xy / (max(xx, minimum) * max(yy, minimum)).squareRoot())
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

/// Converts evidence to the probability that an event is within 50 ms of its true time, apart from a constant delay of
/// the recording.
///
/// A logistic regression, fitted to 6,600 events of 17 pairs of scores and recordings with known times (synthesised and
/// real pianos, real violin; docs/alignment.md lists them) and of 10 scores aligned with recordings of other music. All
/// events of the latter count as wrong, with weight 0.3. In leave-one-recording-out cross-validation, the expected
/// calibration error is 0.03 and scores of other music get a mean confidence of 0.20.
enum EventConfidence {
    private static let similarity = 14.91
    private static let missed = 2.65
    private static let agreement = 14.29
    private static let unevenness = -12.73
    private static let offset = -13.65
    /// Upper bounds of the inputs.
    private static let maximumSimilarity = 0.6
    private static let maximumMissed = 0.3
    private static let maximumUnevenness = 1.5

    /// 0...1.
    static func confidence(_ evidence: EventEvidence) -> Double {
        let sum =
            offset + similarity * min(evidence.similarity, maximumSimilarity)
            + missed * min(evidence.missed, maximumMissed) + agreement * evidence.agreement
            + unevenness * min(evidence.unevenness, maximumUnevenness)
        return 1 / (1 + exp(-sum))
    }
}
