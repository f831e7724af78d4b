import Basics
import Foundation
import Scores
import Synthesis

/// Runs any alignment method, then a review that sets confidences, suspicions and the verdict.
public struct ReviewedAligner: Aligner {
    private let base: any Aligner
    private let soundFont: String

    public var name: String { base.name }

    /// - Parameter soundFont: a path or the name of an installed soundfont; nil for the best one installed.
    /// - Throws: `AlignmentError.noSoundFont`.
    public init(_ base: any Aligner, soundFont: String? = nil) throws(AlignmentError) {
        guard let path = SoundFontLibrary().score(soundFont) else { throw .noSoundFont }
        self.base = base
        self.soundFont = path
    }

    public func align(_ score: Score, audio path: String, progress: (Double) throws -> Void) throws -> ScoreAlignment {
        let alignment = try base.align(score, audio: path) { try progress(0.9 * $0) }
        let levels = try BandLevels(audio: path) { _ in try progress(0.92) }
        let reviewer = Reviewer(score: score, player: TimelinePlayer(soundFont: soundFont))
        return try reviewer.review(alignment, with: levels)
    }
}

/// Assesses an alignment without ground truth: synthesises the score with the aligned timing and compares the result
/// with the recording.
///
/// Works with the result of any method. Sets confidences, suspicions and the verdict.
struct Reviewer {
    let score: Score
    let player: TimelinePlayer

    /// - Parameter levels: of the recording.
    func review(_ alignment: ScoreAlignment, with levels: BandLevels) throws -> ScoreAlignment {
        let timeline = PlayedTimeline(score, of: alignment)
        let logarithms = levels.logarithms()
        var own = try player.levels(of: timeline.performed(), frameCount: levels.frameCount).logarithms()
        CombinedFeatures.equalise(&own, to: logarithms, frames: 0..<levels.frameCount)
        let evidence = EventEvidence.all(
            of: timeline, score: CombinedFeatures.sequence(own), recording: CombinedFeatures.sequence(logarithms))
        let confidences = evidence.map(EventConfidence.confidence)

        var reviewed = alignment
        var confidenceOfNote: [[Int: Double]] = Array(repeating: [:], count: timeline.spans.count)
        for played in timeline.notes { confidenceOfNote[played.span][played.note] = confidences[played.event] }
        for index in reviewed.notes.indices {
            let note = reviewed.notes[index]
            reviewed.notes[index].confidence = confidenceOfNote[safe: note.stretch]?[note.note] ?? 0
        }
        assignConfidences(to: &reviewed.measures, timeline, confidences)
        let activity = AudioActivity(levels, share: AudioActivity.music)
        reviewed.suspicions = SuspicionFinder(score: score, alignment: reviewed, activity: activity).find()
        reviewed.verdict = VerdictRule(score: score, alignment: reviewed, activity: activity).verdict
        return reviewed
    }

    /// Gives each measure the mean confidence of its events. A measure without events gets the mean of its nearest
    /// neighbours in the same stretch that have some.
    private func assignConfidences(
        to measures: inout [ScoreAlignment.PlayedMeasure], _ timeline: PlayedTimeline, _ confidences: [Double]
    ) {
        let known = measures.map { measure -> Double? in
            let events = timeline.events[timeline.spans[measure.stretch].events]
            let passage = score.passages[measure.passage]
            let first = events.partitionPoint { $0.beat < passage.start - 1e-6 }
            let end = events.partitionPoint { $0.beat < passage.end - 1e-6 }
            return first < end ? confidences[first..<end].reduce(0, +) / Double(end - first) : nil
        }
        for index in measures.indices {
            if let confidence = known[index] {
                measures[index].confidence = confidence
                continue
            }
            let stretch = measures[index].stretch
            let before = measures[..<index].lastIndex { $0.stretch != stretch }.map { $0 + 1 } ?? 0
            let after = measures[index...].firstIndex { $0.stretch != stretch } ?? measures.count
            let beside = [known[before..<index].last { $0 != nil }, known[index..<after].first { $0 != nil }]
                .compactMap { $0 ?? nil }
            measures[index].confidence = beside.isEmpty ? 0 : beside.reduce(0, +) / Double(beside.count)
        }
    }
}
