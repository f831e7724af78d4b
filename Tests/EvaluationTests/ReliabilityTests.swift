import Foundation
import Music
import Networks
import Randomness
import Testing

@testable import Evaluation

struct ReliabilityTests {
    /// Notes whose evidence overstates what is known: the curve brings it down to the truth.
    @Test func aFittedCurveMakesProbabilities() {
        var random = SplitMix64(seed: 4)
        let notes = (0..<20_000).map { _ -> (confidence: Double, isRight: Bool) in
            let evidence = random.uniform(0.05...0.95)
            let probability = 1 / (1 + exp(-(0.5 * ConfidenceCurve.logit(evidence) - 0.7)))
            return (evidence, random.uniform(0.0...1.0) < probability)
        }
        let curve = ConfidenceCurve(fitting: notes)
        #expect(abs(curve.slope - 0.5) < 0.05 && abs(curve.offset + 0.7) < 0.05)
        let before = Reliability(notes).calibrationError ?? 0
        let after = Reliability(notes.map { (curve.probability(of: $0.confidence), $0.isRight) }).calibrationError ?? 1
        #expect(before > 0.1 && after < 0.02)
    }

    /// Few notes, all of them right, don't make certainty.
    @Test func fewNotesKeepTheCurveNearTheEvidence() {
        let curve = ConfidenceCurve(fitting: [(0.8, true), (0.9, true)])
        #expect(curve.probability(of: 0.9) < 0.99 && curve.probability(of: 0.1) < 0.5)
        #expect(ConfidenceCurve(fitting: []) == ConfidenceCurve(offset: 0, slope: 1))
    }

    /// Evidence that misleads is passed over.
    @Test func curvesNeverFall() {
        let notes = (0..<1000).map { (confidence: $0 % 2 == 0 ? 0.3 : 0.9, isRight: $0 % 2 == 0 || $0 % 10 < 5) }
        let curve = ConfidenceCurve(fitting: notes)
        #expect(curve.slope == 0 && abs(curve.probability(of: 0.9) - 0.7) < 0.01)
    }

    @Test func probabilitiesAreBounded() {
        let curve = ConfidenceCurve(offset: -1, slope: 2)
        for evidence in [0, 1, -1, 2, Double.nan, .infinity] {
            #expect((0...1).contains(curve.probability(of: evidence)))
        }
        #expect(curve.probability(of: 0.3) < curve.probability(of: 0.4))
    }

    /// A recording that is unlike the others can't be fitted to by those.
    @Test func heldOutRecordingsAreJudgedByTheOthers() {
        let sure = (0..<400).map { (confidence: 0.8, isRight: $0 % 5 != 0) }
        let alike = Reliability.heldOut([sure, sure, sure])
        #expect((alike.calibrationError ?? 1) < 0.01 && alike.count == 1200)
        let odd = Reliability.heldOut([sure, sure, (0..<400).map { _ in (0.8, false) }])
        #expect((odd.calibrationError ?? 0) > 0.2)
    }

    @Test func notesAreJudgedByTheirPairs() {
        let reference = [Note(pitch: 60, start: 1, end: 2), Note(pitch: 62, start: 1, end: 2)]
        let notes = [
            Note(pitch: 60, start: 1.03, end: 2, confidence: 0.9), Note(pitch: 60, start: 1.2, end: 2, confidence: 0.4),
            Note(pitch: 62, start: 0.98, end: 2, confidence: 0.7), Note(pitch: 64, start: 1, end: 2, confidence: 0.2),
        ]
        let judged = Reliability.judged(notes, reference: reference)
        #expect(judged.map(\.isRight) == [true, false, true, false])
        #expect(Reliability(judged).count == 4)
        #expect(Reliability([]).calibrationError == nil)
    }
}
