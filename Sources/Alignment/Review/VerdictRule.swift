import Scores

/// Whether labels from an alignment can be used.
///
/// Rejected: notes that are mostly wrong, or a score and a recording of which less than half belong together, or a few seconds in a
/// recording of something else. Accepted: hardly any doubtful note, and nearly all of both. In between, doubtful.
struct VerdictRule {
    /// Mean confidence of notes.
    private static let leastConfidence = 0.6
    private static let goodConfidence = 0.8
    /// Shares of the score and of the recording.
    private static let leastShare = 0.5
    private static let goodShare = 0.9
    /// Seconds of music that prove something though most of the recording is something else.
    private static let leastMusic = 15.0

    let score: Score
    let alignment: ScoreAlignment
    let sounds: SoundingParts

    var verdict: ScoreAlignment.Verdict {
        let pitched = score.notes.indices.filter { !score.parts[score.notes[$0].part].isPercussion }
        let played = Set(alignment.notes.map(\.note))
        let ofScore = Double(played.count) / Double(max(1, pitched.count))
        let sounding = sounds.seconds(in: 0..<alignment.duration)
        let explained = alignment.stretches.reduce(0.0) { sum, stretch in
            // The last note dies away.
            sum + sounds.seconds(in: stretch.times.lowerBound..<stretch.times.upperBound + 2)
        }
        let ofRecording = sounding > 0 ? min(1, explained / sounding) : 0
        let mean = alignment.notes.reduce(0) { $0 + $1.confidence } / Double(max(1, alignment.notes.count))
        let shares = "\(Self.percent(ofScore)) of the score in \(Self.percent(ofRecording)) of what sounds"
        // A chance meeting of a few bars proves nothing, however well they fit.
        if max(ofScore, ofRecording) < Self.leastShare || (ofRecording < Self.leastShare && explained < Self.leastMusic)
        {
            return .init(grade: .rejected, confidence: mean * ofScore, reason: "only \(shares) is found")
        }
        if mean < Self.leastConfidence {
            return .init(
                grade: .rejected, confidence: mean,
                reason: "the notes of the score are not heard where they should be (\(Self.percent(mean)) are)")
        }
        if mean >= Self.goodConfidence, ofScore >= Self.goodShare, ofRecording >= Self.goodShare {
            return .init(grade: .accepted, confidence: mean, reason: "the recording plays the score")
        }
        return .init(
            grade: .doubtful, confidence: mean,
            reason: mean < Self.goodConfidence
                ? "\(Self.percent(1 - mean)) of the notes may be misplaced" : "\(shares) is found")
    }

    private static func percent(_ share: Double) -> String { "\(Int((100 * share).rounded()))%" }
}
