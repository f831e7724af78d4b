import Foundation

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
