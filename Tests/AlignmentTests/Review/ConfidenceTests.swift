import AlignmentSamples
import Scores
import Testing

@testable import Alignment

@Suite("Confidence, suspicions and verdicts")
struct ConfidenceTests {
    private let good = EventEvidence(similarity: 0.45, missed: 0, agreement: 0.9, unevenness: 0.05)

    @Test("confidence decreases when any evidence gets worse")
    func directions() {
        let base = EventConfidence.confidence(good)
        #expect(base > 0.95)
        var worse = good
        worse.similarity = 0.1
        #expect(EventConfidence.confidence(worse) < base - 0.02)
        worse = good
        worse.agreement = 0.3
        #expect(EventConfidence.confidence(worse) < 0.5)
        worse = good
        worse.unevenness = 1
        #expect(EventConfidence.confidence(worse) < 0.1)
    }

    /// A recording that is active throughout.
    private func activity(_ seconds: Double) -> AudioActivity {
        let frames = Int(seconds * BandLevels.rate)
        return AudioActivity(
            BandLevels(
                FeatureSequence(
                    dimensions: BandLevels.dimensions, rate: BandLevels.rate,
                    values: [Float](repeating: 1, count: frames * BandLevels.dimensions))),
            share: AudioActivity.music)
    }

    private func suspicions(_ score: Score, _ alignment: ScoreAlignment) -> [ScoreAlignment.Suspicion] {
        SuspicionFinder(score: score, alignment: alignment, activity: activity(alignment.duration)).find()
    }

    @Test("a complete and even performance raises no suspicion")
    func clean() {
        let score = Samples.score(measures: 8)
        let alignment = Samples.alignment(score, [(0...32, 0, 0.5)])
        #expect(suspicions(score, alignment).isEmpty)
        let verdict = VerdictRule(score: score, alignment: alignment, activity: activity(alignment.duration)).verdict
        #expect(verdict.grade == .accepted)
    }

    @Test("reports jumps, cuts, tempo deviations and mismatches with their measures")
    func named() throws {
        let score = Samples.score(measures: 16)
        var alignment = Samples.alignment(score, [(4...24, 0, 0.5), (16...48, 10, 0.5)], tail: 8)
        // In the second stretch, measure 8 is too short, measure 10 is too long, and measures 11 and 12 have low
        // confidence.
        for index in alignment.measures.indices where alignment.measures[index].stretch == 1 {
            let passage = alignment.measures[index].passage
            if passage == 7 { alignment.measures[index].end = alignment.measures[index].start + 0.7 }
            if passage == 9 { alignment.measures[index].end = alignment.measures[index].start + 6 }
            if passage == 10 || passage == 11 { alignment.measures[index].confidence = 0.2 }
        }
        let found = suspicions(score, alignment)
        func expectSuspicion(_ kind: ScoreAlignment.Suspicion.Kind, _ text: String) {
            #expect(
                found.contains { $0.kind == kind && $0.explanation.contains(text) }, "\(kind): \(text) in \(found)")
        }
        expectSuspicion(.skipped, "begins at measure 2")
        expectSuspicion(.skipped, "ends after measure 12")
        expectSuspicion(.repeated, "measures 5 to 6 are played again")
        expectSuspicion(.compressed, "measure 8")
        expectSuspicion(.stretched, "measure 10")
        expectSuspicion(.mismatch, "measures 11 to 12")
        expectSuspicion(.foreign, "after the music")
        #expect(found.map(\.times.lowerBound) == found.map(\.times.lowerBound).sorted())
    }

    @Test("a match of a few seconds in a long recording is rejected")
    func fewSeconds() {
        let score = Samples.score(measures: 2)
        var alignment = Samples.alignment(score, [(0...8, 20, 0.5)])
        alignment.duration = 120
        #expect(VerdictRule(score: score, alignment: alignment, activity: activity(120)).verdict.grade == .rejected)
        let alone = Samples.alignment(score, [(0...8, 0, 0.5)])
        #expect(VerdictRule(score: score, alignment: alone, activity: activity(5)).verdict.grade == .accepted)
    }

    @Test(
        "the verdict depends on matched fractions and confidence",
        arguments: [
            (0...64.0, 0.9, ScoreAlignment.Verdict.Grade.accepted), (0...64, 0.7, .doubtful), (0...64, 0.4, .rejected),
            (0...40, 0.9, .doubtful), (0...8, 0.95, .rejected),
        ])
    func verdicts(beats: ClosedRange<Double>, confidence: Double, grade: ScoreAlignment.Verdict.Grade) {
        let score = Samples.score(measures: 16)
        var alignment = Samples.alignment(score, [(beats, 0, 0.5)])
        for index in alignment.notes.indices { alignment.notes[index].confidence = confidence }
        alignment.duration = 34
        let verdict = VerdictRule(score: score, alignment: alignment, activity: activity(34)).verdict
        #expect(verdict.grade == grade, "\(verdict)")
        #expect(!verdict.reason.isEmpty)
    }
}
