import Scores

/// Decides whether the labels of an alignment can be used.
///
/// Rejected: most notes are wrong, less than half of both score and recording was matched, or only a few seconds of a
/// long recording were matched. Accepted: high mean confidence, and nearly all of both was matched. Doubtful: anything
/// in between.
struct VerdictRule {
    /// Limits of the mean note confidence.
    private static let minimumConfidence = 0.6
    private static let goodConfidence = 0.8
    /// Limits of the matched fractions of score and recording.
    private static let minimumShare = 0.5
    private static let goodShare = 0.9
    /// Seconds of matched music that suffice although most of the recording is something else.
    private static let minimumMusic = 15.0

    let score: Score
    let alignment: ScoreAlignment
    let activity: AudioActivity

    var verdict: ScoreAlignment.Verdict {
        let pitched = score.notes.indices.filter { !score.parts[score.notes[$0].part].isPercussion }
        let played = Set(alignment.notes.map(\.note))
        let ofScore = Double(played.count) / Double(max(1, pitched.count))
        let active = activity.seconds(in: 0..<alignment.duration)
        let explained = alignment.stretches.reduce(0.0) { sum, stretch in
            // Allows for the decay of the last note.
            sum + activity.seconds(in: stretch.times.lowerBound..<stretch.times.upperBound + 2)
        }
        let ofRecording = active > 0 ? min(1, explained / active) : 0
        let mean = alignment.notes.reduce(0) { $0 + $1.confidence } / Double(max(1, alignment.notes.count))
        let shares =
            "\(Self.percent(ofScore)) of the score was found, in \(Self.percent(ofRecording)) of the non-silent audio"
        // A match of a few measures may be coincidental, however good it is.
        if max(ofScore, ofRecording) < Self.minimumShare
            || (ofRecording < Self.minimumShare && explained < Self.minimumMusic)
        {
            return .init(grade: .rejected, confidence: mean * ofScore, reason: "only \(shares)")
        }
        if mean < Self.minimumConfidence {
            return .init(
                grade: .rejected, confidence: mean,
                reason: "only \(Self.percent(mean)) of the notes seem to be where the alignment places them")
        }
        if mean >= Self.goodConfidence, ofScore >= Self.goodShare, ofRecording >= Self.goodShare {
            return .init(grade: .accepted, confidence: mean, reason: "the recording matches the score")
        }
        return .init(
            grade: .doubtful, confidence: mean,
            reason: mean < Self.goodConfidence
                ? "\(Self.percent(1 - mean)) of the notes may be misplaced" : shares)
    }

    private static func percent(_ share: Double) -> String { "\(Int((100 * share).rounded()))%" }
}
