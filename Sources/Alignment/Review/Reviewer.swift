import Foundation
import Scores

/// Judges an alignment without knowing the truth: plays the score at the aligned times and listens whether that is what the recording
/// plays.
///
/// Works on the result of any method. Sets confidences, measures, suspicions and verdict.
struct Reviewer {
    let score: Score
    let player: TimelinePlayer

    /// - Parameter levels: of the recording.
    func review(_ alignment: Alignment, with levels: BandLevels) throws -> Alignment {
        let timeline = Timeline(score, of: alignment)
        let logarithms = levels.logarithms()
        var own = try player.levels(of: timeline.performed(), frameCount: levels.frameCount).logarithms()
        CombinedFeatures.equalise(&own, to: logarithms, frames: 0..<levels.frameCount)
        let evidence = EventEvidence.all(
            of: timeline, score: CombinedFeatures.sequence(own), recording: CombinedFeatures.sequence(logarithms))
        let confidences = evidence.map(ConfidenceModel.confidence)

        var reviewed = alignment
        var confidenceOfNote: [[Int: Double]] = Array(repeating: [:], count: timeline.spans.count)
        for played in timeline.notes { confidenceOfNote[played.span][played.note] = confidences[played.event] }
        for index in reviewed.notes.indices {
            let note = reviewed.notes[index]
            reviewed.notes[index].confidence = confidenceOfNote[safe: note.stretch]?[note.note] ?? 0
        }
        reviewed.measures = measures(of: timeline, confidences)
        let sounds = SoundingParts(levels)
        reviewed.suspicions = SuspicionFinder(score: score, alignment: reviewed, sounds: sounds).find()
        reviewed.verdict = VerdictRule(score: score, alignment: reviewed, sounds: sounds).verdict
        return reviewed
    }

    /// The measures of all spans. One without a note is trusted like those beside it.
    private func measures(of timeline: Timeline, _ confidences: [Double]) -> [Alignment.PlayedMeasure] {
        var measures: [Alignment.PlayedMeasure] = []
        for (index, span) in timeline.spans.enumerated() {
            let first = measures.count
            var known: [Bool] = []
            let events = timeline.events[span.events]
            for passage in score.passage(atBeat: span.beats.lowerBound + 1e-6)..<score.passages.count {
                let start = max(score.passages[passage].start, span.beats.lowerBound)
                let end = min(score.passages[passage].end, span.beats.upperBound)
                guard start < end - 1e-6 else { break }
                let within =
                    events.partitionPoint { $0.beat < start - 1e-6 }..<events.partitionPoint { $0.beat < end - 1e-6 }
                let startTime = max(0, timeline.time(ofBeat: start, span: index))
                measures.append(
                    Alignment.PlayedMeasure(
                        passage: passage, stretch: index, start: startTime,
                        end: max(startTime, timeline.time(ofBeat: end, span: index)),
                        confidence: within.isEmpty ? 0 : confidences[within].reduce(0, +) / Double(within.count)))
                known.append(!within.isEmpty)
            }
            for place in known.indices where !known[place] {
                let before = known[..<place].lastIndex(of: true)
                let after = known[place...].firstIndex(of: true)
                let near = [before, after].compactMap { $0 }.map { measures[first + $0].confidence }
                measures[first + place].confidence = near.isEmpty ? 0 : near.reduce(0, +) / Double(near.count)
            }
        }
        return measures
    }
}
