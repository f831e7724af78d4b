import Evaluation
import Music
import Testing

@Suite struct NoteMatchingTests {
    @Test func scoresMatchMirEval() throws {
        let golden = try Golden.load()
        for item in golden.notes + [golden.realNotes] {
            let reference = Golden.Notes.notes(item.reference)
            let estimate = Golden.Notes.notes(item.estimate)
            for (tolerance, expected) in [
                (NoteTolerance.onset50, item.onset50), (.onset100, item.onset100), (.onsetOffset, item.onsetOffset),
            ] {
                let score = NoteMatching.score(reference: reference, estimate: estimate, within: tolerance)
                expectClose(score.precision, expected[0])
                expectClose(score.recall, expected[1])
                expectClose(score.f1, expected[2])
            }
        }
    }

    /// A greedy matcher would give the only partner of the second note to the first.
    @Test func matchingIsMaximum() {
        let truth = [Note(pitch: 60, start: 1.00, end: 2.0), Note(pitch: 60, start: 1.04, end: 1.2)]
        let claim = [Note(pitch: 60, start: 1.01, end: 2.0), Note(pitch: 60, start: 0.96, end: 2.0)]
        #expect(NoteMatching.score(reference: truth, estimate: claim, within: .onset50).truePositives == 2)
        #expect(NoteMatching.score(reference: truth, estimate: claim, within: .onsetOffset).truePositives == 1)
    }

    @Test func pairsIndexBothNotes() {
        let truth = [
            Note(pitch: 61, start: 3, end: 4), Note(pitch: 60, start: 1.04, end: 1.2),
            Note(pitch: 60, start: 1, end: 2),
        ]
        let claim = [
            Note(pitch: 60, start: 1.01, end: 2), Note(pitch: 61, start: 3.01, end: 4),
            Note(pitch: 60, start: 0.96, end: 2),
        ]
        let pairs = NoteMatching.pairs(reference: truth, estimate: claim, within: .onset50)
        #expect(Set(pairs.map { [$0.reference, $0.estimate] }) == [[0, 1], [1, 0], [2, 2]])
    }

    @Test func notesOfDifferentPitchDoNotMatch() {
        let score = NoteMatching.score(
            reference: [Note(pitch: 60, start: 1, end: 2)], estimate: [Note(pitch: 61, start: 1, end: 2)],
            within: .onset100)
        #expect(score == PrecisionRecall(truePositives: 0, estimated: 1, reference: 1))
    }

    /// Overlapping tolerances form a long chain, so an augmenting path may run through all notes.
    @Test func longChainsOfCandidatesAreMatched() {
        let count = 3000
        let truth = (0..<count).map { Note(pitch: 60, start: Double($0) * 0.05, end: Double($0) * 0.05 + 1) }
        let claim = truth.map { Note(pitch: 60, start: $0.start + 0.05, end: $0.end) }
        #expect(NoteMatching.score(reference: truth, estimate: claim, within: .onset50).f1 == 1)
    }
}
