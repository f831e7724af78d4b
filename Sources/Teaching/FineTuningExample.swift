import Alignment
import AlignmentTools
import Datasets
import Foundation
import Music
import Scores
import Training

/// One of the user's recordings with the labels from its alignment, and which of them are reliable.
public struct FineTuningExample: Sendable {
    public var pair: ArchivePair
    /// Duration of the recording, in seconds.
    public var duration: Double
    public var verdict: ScoreAlignment.Verdict
    /// Every note that the alignment found, with its confidence.
    public var labels: LabelFile
    /// Notes whose confidence is too low to say whether they sound.
    public var uncertain: [Note]
    /// Times in which the labels are reliable.
    public var reliable: TimeSpans
    /// Hash of the audio file, which detects a changed recording.
    public var digest: String

    /// The notes used as labels: all except the uncertain ones.
    public var notes: [Note] {
        let uncertain = Set(uncertain)
        return labels.labels.map(\.note).filter { !uncertain.contains($0) }
    }

    /// The assessment of the recording in one sentence.
    public var summary: String {
        guard verdict.grade != .rejected else {
            let reason = verdict.reason.isEmpty ? "the recording doesn't match the score" : verdict.reason
            return "excluded: \(reason.hasSuffix(".") ? String(reason.dropLast()) : reason)"
        }
        let share = duration > 0 ? reliable.duration / duration : 0
        return "\(verdict.grade.rawValue): \(Int(reliable.duration.rounded())) of \(Int(duration.rounded())) s "
            + "(\(Int((100 * share).rounded()))%) usable for training"
    }
}

extension FineTuningExample {
    /// Aligns a recording with its score.
    ///
    /// - Parameters:
    ///   - pair: paths of the score and the recording.
    ///   - score: the parsed score.
    ///   - rule: decides which labels are reliable.
    ///   - progress: receives the fraction done, 0...1; an error thrown by it stops the work.
    /// - Throws: whatever `aligner` or `progress` throws.
    public init(
        _ pair: ArchivePair, score: Score, aligner: any Aligner, rule: ReliabilityRule = ReliabilityRule(),
        progress: (Double) throws -> Void = { _ in }
    ) throws {
        let alignment = try aligner.align(score, audio: pair.audio, progress: progress)
        self.init(pair, alignment, of: score, rule: rule, digest: ContentHash.ofFile(pair.audio) ?? "")
    }

    init(_ pair: ArchivePair, _ alignment: ScoreAlignment, of score: Score, rule: ReliabilityRule, digest: String) {
        self.pair = pair
        self.digest = digest
        duration = alignment.duration
        verdict = alignment.verdict
        labels = LabelFile(alignment, of: score)
        uncertain = labels.labels.map(\.note).filter { !($0.confidence >= rule.note) }
        reliable = rule.spans(of: alignment)
    }
}
