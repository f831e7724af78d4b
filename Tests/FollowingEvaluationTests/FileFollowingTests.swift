import Evaluation
import Following
import FollowingEvaluation
import FollowingSounds
import Foundation
import Music
import Scores
import Sound
import Testing

@Suite struct FileFollowingTests {
    private static func score() throws -> Score {
        let notes = (0..<8).map { Note(pitch: 60 + $0, start: Double($0) / 2, end: Double($0) / 2 + 0.5) }
        return try Score(MIDIFile(notes: notes), name: "scale")
    }

    private func inFolder(_ body: (String) throws -> Void) throws {
        let folder = NSTemporaryDirectory() + "file-following-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }

    private static func follower() throws -> Follower { try follower(score(), "scale") }

    private static func follower(_ score: Score, _ name: String) throws -> Follower {
        try Follower(try FollowingScore.prepare(score, name: name, sounds: .synthetic, cache: nil))
    }

    @Test func publishesOneReportPerHopAndPadsTheLast() throws {
        try inFolder { folder in
            for (samples, hops) in [(512, 1), (513, 2), (1024, 2), (5000, 10)] {
                let path = folder + "/audio.wav"
                try AudioFileWriter.write([Float](repeating: 0.01, count: samples), to: path)
                var published: [Double] = []
                try FileFollowing(path: path, follower: Self.follower()).run { report in
                    published.append(FollowingTrace.Row(report).published)
                    return true
                }
                #expect(published == (1...hops).map { Double($0 * 512) / 44_100 })
            }
        }
    }

    @Test func stopsWhenTheBodyReturnsFalse() throws {
        try inFolder { folder in
            let path = folder + "/audio.wav"
            try AudioFileWriter.write([Float](repeating: 0.01, count: 51_200), to: path)
            var count = 0
            try FileFollowing(path: path, follower: Self.follower()).run { _ in
                count += 1
                return count < 7
            }
            #expect(count == 7)
        }
    }

    @Test func findsAndEvaluatesPairs() throws {
        let folder = NSTemporaryDirectory() + "pairs-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        #expect(throws: EvaluationError.self) { try FollowingPair.all(in: [folder]) }
        for name in ["b", "a"] {
            let pair = folder + "/" + name
            try FileManager.default.createDirectory(atPath: pair, withIntermediateDirectories: true)
            try Self.score().midiFile().write(to: pair + "/score.mid")
            try AudioFileWriter.write([Float](repeating: 0.01, count: 4 * 44_100), to: pair + "/audio.wav")
            let rows = (0..<8).map { "\($0),\(Double($0) / 2),\(Double($0) / 2)" }
            try Data(("score_beat,score_time,perf_time\n" + rows.joined(separator: "\n")).utf8)
                .write(to: URL(fileURLWithPath: pair + "/reference.csv"))
        }
        let pairs = try FollowingPair.all(in: [folder])
        #expect(pairs.map(\.name) == ["a", "b"])
        #expect(try FollowingPair.all(in: [folder + "/a"]).map(\.name) == ["a"])
        let evaluator = FollowingEvaluator(pairs: pairs, positions: folder + "/out") { try Self.follower($0, $1) }
        let results = try evaluator.run(jobs: 2)
        let found = results.compactMap(\.played)
        #expect(found.map(\.pair) == ["a", "b"] && found.allSatisfy { $0.position.onsets == 8 })
        // The stored positions are the ones that were evaluated.
        let trace = try FollowingTrace(path: folder + "/out/a.csv")
        let again = PlayedEvaluation(
            pair: "a", trace: trace, reference: try FollowingReference(path: folder + "/a/reference.csv"))
        #expect(abs((again.position.median ?? -1) - (found[0].position.median ?? -2)) < 0.01)
        // They are evaluated once more, without a follower.
        let reevaluator = FollowingEvaluator(pairs: pairs, existing: folder + "/out") { _, _ in
            throw EvaluationError.noPairs(path: "a follower was created")
        }
        let reevaluated = try reevaluator.run(jobs: 1).compactMap(\.played)
        #expect(reevaluated.map(\.position.onsets) == [8, 8] && reevaluated[0].jumps == nil)
        #expect(abs((reevaluated[0].position.median ?? -1) - (found[0].position.median ?? -2)) < 0.01)
        let tables = FollowingTables(results).text
        #expect(tables.contains("<=100 ms") && tables.contains("Reliability"))
    }

    @Test func errorNamesAFolderWithoutPairs() throws {
        try inFolder { folder in
            let error = #expect(throws: EvaluationError.self) { try FollowingPair.all(in: [folder]) }
            #expect(error == .noPairs(path: folder))
        }
    }
}
