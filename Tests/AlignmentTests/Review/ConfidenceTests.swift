import AlignmentSamples
import Scores
import Testing

@testable import Alignment

@Suite("Confidence, suspicions and verdicts")
struct ConfidenceTests {
    private let good = EventEvidence(likeness: 0.45, missed: 0, agreement: 0.9, unevenness: 0.05)

    @Test("all evidence counts in its direction")
    func directions() {
        let base = EventConfidence.confidence(good)
        #expect(base > 0.95)
        var less = good
        less.likeness = 0.1
        #expect(EventConfidence.confidence(less) < base - 0.02)
        less = good
        less.agreement = 0.3
        #expect(EventConfidence.confidence(less) < 0.5)
        less = good
        less.unevenness = 1
        #expect(EventConfidence.confidence(less) < 0.1)
    }

    /// A recording that is loud throughout.
    private func sounds(_ seconds: Double) -> SoundingParts {
        let frames = Int(seconds * BandLevels.rate)
        return SoundingParts(
            BandLevels(
                FeatureSequence(
                    dimensions: BandLevels.dimensions, rate: BandLevels.rate,
                    values: [Float](repeating: 1, count: frames * BandLevels.dimensions))),
            share: SoundingParts.music)
    }

    private func suspicions(_ score: Score, _ alignment: ScoreAlignment) -> [ScoreAlignment.Suspicion] {
        SuspicionFinder(score: score, alignment: alignment, sounds: sounds(alignment.duration)).find()
    }

    @Test("a whole and even performance raises no suspicion")
    func clean() {
        let score = Samples.score(measures: 8)
        let alignment = Samples.alignment(score, [(0...32, 0, 0.5)])
        #expect(suspicions(score, alignment).isEmpty)
        let verdict = VerdictRule(score: score, alignment: alignment, sounds: sounds(alignment.duration)).verdict
        #expect(verdict.grade == .accepted)
    }

    @Test("jumps, cuts, hurry, delay and doubt are each named with their measures")
    func named() throws {
        let score = Samples.score(measures: 16)
        var alignment = Samples.alignment(score, [(4...24, 0, 0.5), (16...48, 10, 0.5)], tail: 8)
        // Measure 8 of the second stretch hurries, measure 10 lingers; measures 11 and 12 are not believed.
        for index in alignment.measures.indices where alignment.measures[index].stretch == 1 {
            let passage = alignment.measures[index].passage
            if passage == 7 { alignment.measures[index].end = alignment.measures[index].start + 0.7 }
            if passage == 9 { alignment.measures[index].end = alignment.measures[index].start + 6 }
            if passage == 10 || passage == 11 { alignment.measures[index].confidence = 0.2 }
        }
        let found = suspicions(score, alignment)
        func only(_ kind: ScoreAlignment.Suspicion.Kind, _ words: String) {
            #expect(
                found.contains { $0.kind == kind && $0.explanation.contains(words) }, "\(kind): \(words) in \(found)")
        }
        only(.skipped, "begins at measure 2")
        only(.skipped, "ends after measure 12")
        only(.repeated, "measures 5 to 6 are played once more")
        only(.compressed, "measure 8")
        only(.stretched, "measure 10")
        only(.mismatch, "measures 11 to 12")
        only(.foreign, "after the music")
        #expect(found.map(\.times.lowerBound) == found.map(\.times.lowerBound).sorted())
    }

    @Test("a whole score of a few seconds proves nothing about a long recording of something else")
    func fewSeconds() {
        let score = Samples.score(measures: 2)
        var alignment = Samples.alignment(score, [(0...8, 20, 0.5)])
        alignment.duration = 120
        #expect(VerdictRule(score: score, alignment: alignment, sounds: sounds(120)).verdict.grade == .rejected)
        let alone = Samples.alignment(score, [(0...8, 0, 0.5)])
        #expect(VerdictRule(score: score, alignment: alone, sounds: sounds(5)).verdict.grade == .accepted)
    }

    @Test(
        "verdicts follow from shares and confidence",
        arguments: [
            (0...64.0, 0.9, ScoreAlignment.Verdict.Grade.accepted), (0...64, 0.7, .doubtful), (0...64, 0.4, .rejected),
            (0...40, 0.9, .doubtful), (0...8, 0.95, .rejected),
        ])
    func verdicts(beats: ClosedRange<Double>, confidence: Double, grade: ScoreAlignment.Verdict.Grade) {
        let score = Samples.score(measures: 16)
        var alignment = Samples.alignment(score, [(beats, 0, 0.5)])
        for index in alignment.notes.indices { alignment.notes[index].confidence = confidence }
        alignment.duration = 34
        let verdict = VerdictRule(score: score, alignment: alignment, sounds: sounds(34)).verdict
        #expect(verdict.grade == grade, "\(verdict)")
        #expect(!verdict.reason.isEmpty)
    }
}
