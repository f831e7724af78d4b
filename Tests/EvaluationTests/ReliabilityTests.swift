import Basics
import Foundation
import Music
import Networks
import Testing

@testable import Evaluation

struct ReliabilityTests {
    static func note(_ height: Double, isRight: Bool) -> LabelledEvidence {
        LabelledEvidence(NoteEvidence(height: height), isRight: isRight)
    }

    /// The evidence is overconfident, and soft, repeated and late notes are wrong more often. The fit recovers all
    /// weights.
    @Test func fittedCurveIsCalibrated() {
        var random = SplitMix64(seed: 4)
        let truth = ConfidenceCurve(offset: -0.7, slope: 0.5, velocity: 0.4, repeated: -0.8, late: -1.5)
        let notes = (0..<40_000).map { index -> LabelledEvidence in
            let evidence = NoteEvidence(
                height: random.uniform(0.05...0.95), velocity: Int(random.uniform(1...127)),
                beginning: index % 5 == 0 ? .late : index % 3 == 0 ? .repeated : .fresh)
            return LabelledEvidence(evidence, isRight: random.uniform(0.0...1.0) < truth.probability(of: evidence))
        }
        let curve = ConfidenceCurve(fitting: notes)
        for (found, wanted) in zip(curve.weights, truth.weights) { #expect(abs(found - wanted) < 0.1) }
        let before = Reliability(notes.map { ($0.evidence.height, $0.isRight) }).calibrationError ?? 0
        let after = Reliability(notes.map { (curve.probability(of: $0.evidence), $0.isRight) }).calibrationError ?? 1
        #expect(before > 0.1 && after < 0.02)
    }

    /// From the starting point full Newton steps overshoot: all notes are late, their heights are tiny, and right notes
    /// are loud.
    @Test func fitConvergesFromFarAway() {
        var random = SplitMix64(seed: 6)
        let notes = (0..<10_000).map { _ -> LabelledEvidence in
            let evidence = NoteEvidence(
                height: pow(10, random.uniform(-4...(-1))), velocity: Int(random.uniform(20...110)), beginning: .late)
            let probability = 1 / (1 + exp(-2.0 * Double(evidence.velocity - 70) / 16))
            return LabelledEvidence(evidence, isRight: random.uniform(0.0...1.0) < probability)
        }
        let curve = ConfidenceCurve(fitting: notes)
        let error = Reliability(notes.map { (curve.probability(of: $0.evidence), $0.isRight) }).calibrationError ?? 1
        #expect(error < 0.02 && abs(curve.velocity - 2) < 0.1)
    }

    @Test func probabilityIsTheLogisticFunctionOfTheTerms() {
        let curve = ConfidenceCurve(offset: 0.3, slope: 0.6, velocity: -0.5, repeated: 0.9, late: -2)
        for beginning in [NoteEvidence.Beginning.fresh, .repeated, .late] {
            let evidence = NoteEvidence(height: 0.7, velocity: 100, beginning: beginning)
            let odds = zip(curve.weights, ConfidenceCurve.terms(of: evidence)).reduce(0) { $0 + $1.0 * $1.1 }
            #expect(abs(curve.probability(of: evidence) - 1 / (1 + exp(-odds))) < 1e-12)
        }
    }

    /// Older models store only offset and slope.
    @Test func curvesOfOlderModelsAreRead() throws {
        let read = { try JSONDecoder().decode(ConfidenceCurve.self, from: Data(($0 as String).utf8)) }
        #expect(try read(#"{"offset": -1, "slope": 2}"#) == ConfidenceCurve(offset: -1, slope: 2))
        let curve = ConfidenceCurve(offset: 1, slope: 2, velocity: 3, repeated: 4, late: 5)
        #expect(try read(String(decoding: try JSONEncoder().encode(curve), as: UTF8.self)) == curve)
        #expect(throws: DecodingError.self) { try read(#"{"offset": -1}"#) }
    }

    /// The prior keeps the confidence below 1 if the notes are few and all of them right.
    @Test func fewNotesBarelyMoveTheCurve() {
        let curve = ConfidenceCurve(fitting: [Self.note(0.8, isRight: true), Self.note(0.9, isRight: true)])
        #expect(curve.probability(of: NoteEvidence(height: 0.9)) < 0.99)
        #expect(curve.probability(of: NoteEvidence(height: 0.1)) < 0.5)
        #expect(ConfidenceCurve(fitting: []) == ConfidenceCurve(offset: 0, slope: 1))
    }

    /// If higher notes are right less often, the height is ignored.
    @Test func curvesNeverFall() {
        let notes = (0..<1000).map { Self.note($0 % 2 == 0 ? 0.3 : 0.9, isRight: $0 % 2 == 0 || $0 % 10 < 5) }
        let curve = ConfidenceCurve(fitting: notes)
        #expect(curve.slope == 0 && abs(curve.probability(of: NoteEvidence(height: 0.9)) - 0.7) < 0.01)
    }

    @Test func probabilitiesAreBounded() {
        let curve = ConfidenceCurve(offset: -1, slope: 2)
        for height in [0, 1, -1, 2, Double.nan, .infinity] {
            #expect((0...1).contains(curve.probability(of: NoteEvidence(height: height))))
        }
        #expect(curve.probability(of: NoteEvidence(height: 0.3)) < curve.probability(of: NoteEvidence(height: 0.4)))
        #expect(
            (0...1).contains(ConfidenceCurve(weights: [.nan, .infinity]).probability(of: NoteEvidence(height: 0.5))))
    }

    /// A recording that differs from the others is predicted badly by a curve that was fitted to them.
    @Test func heldOutReliabilityUsesTheOtherRecordings() {
        let sure = (0..<400).map { Self.note(0.8, isRight: $0 % 5 != 0) }
        let alike = Reliability.heldOut([sure, sure, sure])
        #expect((alike.calibrationError ?? 1) < 0.01 && alike.count == 1200)
        let odd = Reliability.heldOut([sure, sure, (0..<400).map { _ in Self.note(0.8, isRight: false) }])
        #expect((odd.calibrationError ?? 0) > 0.2)
    }

    @Test func matchedNotesAreRight() {
        let reference = [Note(pitch: 60, start: 1, end: 2), Note(pitch: 62, start: 1, end: 2)]
        let notes = [
            Note(pitch: 60, start: 1.03, end: 2, confidence: 0.9), Note(pitch: 60, start: 1.2, end: 2, confidence: 0.4),
            Note(pitch: 62, start: 0.98, end: 2, confidence: 0.7), Note(pitch: 64, start: 1, end: 2, confidence: 0.2),
        ]
        let outcomes = Reliability.outcomes(of: notes, reference: reference)
        #expect(outcomes.map(\.isRight) == [true, false, true, false])
        #expect(Reliability(outcomes).count == 4)
        #expect(Reliability([]).calibrationError == nil)
        let evidence = NoteEvidence(height: 0.6, velocity: 20, beginning: .late)
        let claims = LabelledEvidence.label(notes.map { ($0, evidence) }, reference: reference)
        #expect(claims == [true, false, true, false].map { LabelledEvidence(evidence, isRight: $0) })
    }
}
