import Alignment
import AlignmentTools
import Datasets
import Foundation
import Music
import Scores
import Training

/// A recording of the user's own with the labels that its alignment gave it, and how far they can be reliable.
public struct FineTuningExample: Sendable {
    public var pair: ArchivePair
    /// Seconds of the recording.
    public var duration: Double
    public var verdict: ScoreAlignment.Verdict
    /// All notes that the alignment found, with their confidence.
    public var labels: LabelFile
    /// Notes of which nobody knows whether they sound there.
    public var uncertain: [Note]
    /// Times whose labels can be reliable.
    public var reliable: TimeSpans
    /// Hash of the recording's file, which tells whether it is still the same.
    public var digest: String

    /// The notes that are labels: all but the uncertain ones.
    public var notes: [Note] {
        let uncertain = Set(uncertain)
        return labels.labels.map(\.note).filter { !uncertain.contains($0) }
    }

    /// One sentence: what it thinks of the recording.
    public var summary: String {
        guard verdict.grade != .rejected else {
            let reason = verdict.reason.isEmpty ? "the score is not what it plays" : verdict.reason
            return "left out: \(reason.hasSuffix(".") ? String(reason.dropLast()) : reason)"
        }
        let share = duration > 0 ? reliable.duration / duration : 0
        return "\(verdict.grade.rawValue): \(Int(reliable.duration.rounded())) of \(Int(duration.rounded())) s "
            + "(\(Int((100 * share).rounded()))%) can be learned from"
    }
}

extension FineTuningExample {
    /// Aligns a recording.
    ///
    /// - Parameters:
    ///   - pair: the score and the recording.
    ///   - score: the score, read.
    ///   - rule: what is reliable.
    ///   - progress: told the share that is done, 0...1; what it throws ends the work.
    /// - Throws: what `aligner` throws.
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
