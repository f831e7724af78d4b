import Foundation
import ScoreChecks
import Scores
import Testing

/// Fixtures/golden.json has the output of music21 10.5.1 for the scores beside it (music21_notes.py --golden): the
/// notes in printed order with ties joined, the number of printed notes, and the order of play. music21 rounds to four
/// decimals.
@Suite("Golden scores from music21")
struct GoldenTests {
    private struct Expected: Decodable {
        var parts: Int
        var printed: Int
        /// Part, onset, pitch, duration, and 1 for a grace note.
        var joined: [[Double]]
        var order: [Int]?
    }

    private static let tolerance = 1e-4

    @Test(arguments: ["dacapo", "endings", "piano", "transposing"])
    func notes(name: String) throws {
        let folder = try #require(Bundle.module.url(forResource: "Fixtures", withExtension: nil))
        let golden = try JSONDecoder().decode(
            [String: Expected].self, from: Data(contentsOf: folder.appendingPathComponent("golden.json")))
        let expected = try #require(golden["\(name).musicxml"])
        let score = try Score(path: folder.appendingPathComponent("\(name).musicxml").path)
        #expect(score.violations.isEmpty)
        #expect(score.parts.count == expected.parts)
        #expect(ScoreReport(score).printedNoteCount == expected.printed)
        if let order = expected.order { #expect(score.passages.count == order.count) }
        let rows = score.unfolded(.straight).notes
            .map { [Double($0.part), $0.onset, Double($0.pitch), $0.duration, $0.isGrace ? 1 : 0] }
            .sorted { $0.lexicographicallyPrecedes($1) }
        #expect(rows.count == expected.joined.count)
        for (row, other) in zip(rows, expected.joined) {
            #expect(zip(row, other).allSatisfy { abs($0 - $1) < Self.tolerance }, "\(row) \(other)")
        }
    }
}
