import Evaluation
import Following
import FollowingEvaluation
import FollowingSounds
import Foundation
import Music
import Scores
import Sound
import Testing

/// Recordings that contain nothing of the score.
@Suite struct OtherMusicTests {
    private func evaluate(
        state: (Int) -> FollowingState, confidence: (Int) -> Double
    ) throws -> UnplayedEvaluation {
        let rows = (1...100).map {
            Traces.row(Double($0) / 10, beat: 3, state: state($0), confidence: confidence($0))
        }
        return UnplayedEvaluation(pair: "other", trace: try #require(FollowingTrace(rows: rows)))
    }

    @Test func confidenceInAnyPositionIsFalse() throws {
        let found = try evaluate(
            state: { $0 <= 20 ? .waiting : $0 <= 60 ? .following : .lost }, confidence: { $0 <= 50 ? 0.5 : 0.49 })
        #expect(abs(found.falseSeconds - 3) < 1e-9)
        #expect(abs(found.falseShare - 0.3) < 1e-9)
        #expect(abs((found.lostAfter ?? .nan) - 4) < 1e-9)
        #expect(found.states["lost"] == 0.4 && found.duration == 10 && found.hasBegun)
    }

    @Test func onlyFollowingCountsAsConfident() throws {
        #expect(try evaluate(state: { _ in .lost }, confidence: { _ in 1 }).falseSeconds == 0)
        #expect(try evaluate(state: { _ in .holding }, confidence: { _ in 1 }).falseSeconds == 0)
    }

    @Test func aFollowerThatIsNeverLostIsReported() throws {
        let found = try evaluate(state: { _ in .following }, confidence: { _ in 0.9 })
        #expect(found.lostAfter == nil && found.hasBegun)
        #expect(abs(found.falseShare - 1) < 1e-9)
        let table = FollowingTables([.unplayed(found)]).text
        #expect(table.contains("never") && !table.contains("Position at onset"))
    }

    @Test func waitingThroughoutIsRight() throws {
        let found = try evaluate(state: { _ in .waiting }, confidence: { _ in 0 })
        #expect(!found.hasBegun && found.lostAfter == nil && found.falseSeconds == 0)
        #expect(!FollowingTables([.unplayed(found)]).text.contains("never"))
    }

    /// A header line alone is a valid reference, provided that it has the right columns.
    @Test func anEmptyReferenceMeansUnplayed() throws {
        let folder = NSTemporaryDirectory() + "other-music-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for name in ["other", "played"] {
            let pair = folder + "/" + name
            try FileManager.default.createDirectory(atPath: pair, withIntermediateDirectories: true)
            let notes = (0..<8).map { Note(pitch: 60 + $0, start: Double($0) / 2, end: Double($0) / 2 + 0.5) }
            try Score(MIDIFile(notes: notes), name: "scale").midiFile().write(to: pair + "/score.mid")
            try AudioFileWriter.write([Float](repeating: 0.01, count: 44_100), to: pair + "/audio.wav")
            let rows = name == "other" ? "" : "0,0,0\n1,0.5,0.5\n"
            try Data(("score_beat,score_time,perf_time\n" + rows).utf8)
                .write(to: URL(fileURLWithPath: pair + "/reference.csv"))
        }
        let evaluator = FollowingEvaluator(pairs: try FollowingPair.all(in: [folder])) { score, name in
            try Follower(try FollowingScore.prepare(score, name: name, sounds: .synthetic, cache: nil))
        }
        let results = try evaluator.run(jobs: 1)
        #expect(results.map(\.pair) == ["other", "played"])
        #expect(results[0].unplayed != nil && results[1].played != nil)
        let table = FollowingTables(results).text
        #expect(table.contains("Other music") && table.contains("Position at onset"))
        // Elsewhere a reference needs rows, and a table without the columns is never valid.
        #expect(throws: EvaluationError.self) { try FollowingReference(path: folder + "/other/reference.csv") }
        try Data("".utf8).write(to: URL(fileURLWithPath: folder + "/other/reference.csv"))
        #expect(throws: EvaluationError.self) {
            try FollowingReference.ifPlayed(path: folder + "/other/reference.csv")
        }
    }
}
