import Foundation
import Music
import Scores
import Testing

@Suite("Comparison of two readings")
struct ScoreComparisonTests {
    private func score(_ lines: String...) throws -> Score {
        try Score(data: Data((["**kern", "*M2/4"] + lines + ["*-"]).joined(separator: "\n").utf8), name: "x")
    }

    @Test("the same music in another format agrees")
    func same() throws {
        let score = try score("=1", "4c", "8d", "8e", "=2", "4fq", "2g", "==")
        let comparison = ScoreComparison(score, try Score(score.midiFile(), name: "copy"))
        // MIDI has no grace notes: it is an additional note there.
        #expect(comparison.common == 4 && comparison.first.graceNotes == 1)
        #expect(comparison.differences.map(\.additional) == [[65]])
        #expect(ScoreComparison(score, score).differences.isEmpty && ScoreComparison(score, score).agreement == 1)
        #expect(ScoreComparison(score, score).text(names: ("a", "b")).contains("No measure differs"))
    }

    @Test("measures that differ in notes and in length are listed, the others still match")
    func differences() throws {
        let first = try score("=1", "4c", "4d", "=2", "2e", "=3", "4f", "4g", "=4", "2a", "==")
        let other = try score("=1", "4c", "4d", "=2", "1e", "=3", "4f", "4g-", "=4", "2a", "==")
        let comparison = ScoreComparison(first, other)
        #expect(comparison.common == 5)
        #expect(comparison.differences.map(\.measure) == ["2", "3"])
        #expect(comparison.differences[0].otherLength == 4 && comparison.differences[0].missing.isEmpty)
        #expect(comparison.differences[1].missing == [67] && comparison.differences[1].additional == [66])
        let text = comparison.text(names: ("a.krn", "b.krn"))
        #expect(text.contains("83.3%") && text.contains("2 measures differ") && text.contains("G4"))
    }

    @Test("other barlines: notes are compared by their beats")
    func otherBarlines() throws {
        let first = try score("=1", "4c", "4d", "=2", "4e", "4f", "==")
        let other = try score("=1", "4c", "4d", "4e", "4f", "==")
        let comparison = ScoreComparison(first, other)
        #expect(comparison.common == 4 && comparison.differences.isEmpty)
    }
}
