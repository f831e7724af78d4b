import Basics
import Evaluation
import Following
import FollowingEvaluation
import Foundation
import Testing

@Suite struct FollowingTableTests {
    private func inFolder(_ body: (String) throws -> Void) throws {
        let folder = NSTemporaryDirectory() + "following-tables-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }

    private func trace(_ text: String) throws -> FollowingTrace? {
        var found: FollowingTrace?
        try inFolder { folder in
            let path = folder + "/positions.csv"
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
            found = try FollowingTrace(path: path)
        }
        return found
    }

    @Test func tablesRoundTrip() throws {
        var random = SplitMix64(seed: 3)
        let rows = (1...200).map { index in
            FollowingTrace.Row(
                published: Double(index) / 100, beat: Double(random.next() % 1000) / 64,
                scoreSeconds: Double(random.next() % 1000) / 64, tempo: Double(random.next() % 300) / 4,
                state: FollowingState.allCases[index % 5], confidence: Double(random.next() % 10_000) / 10_000)
        }
        let written = try #require(FollowingTrace(rows: rows))
        #expect(try trace(written.text) == written)
    }

    @Test func columnsMatchTheContract() throws {
        let report = FollowingReport(
            sample: 512, state: .following, confidence: 0.25, beat: 1.5, scoreSeconds: 0.75, tempo: 90, event: 0)
        let text = try #require(FollowingTrace(rows: [.init(report)])).text
        #expect(
            text == """
                published_s,score_beat,score_s,tempo_bpm,state,confidence
                0.011610,1.500000,0.750000,90.000,following,0.2500

                """)
    }

    @Test func errorsNameTheLine() throws {
        let head = FollowingTrace.title + "\n0.1,0,0,60,following,1\n"
        for (line, word) in [
            ("0.2,x,0,60,following,1", "'x'"), ("0.2,0,0,60,gone,1", "'gone'"), ("0.2,0", "columns"),
            ("nan,0,0,60,following,1", "'nan'"),
        ] {
            let error = #expect(throws: EvaluationError.self) { try trace(head + line + "\n") }
            let message = "\(try #require(error))"
            #expect(message.contains("line 3") && message.contains(word))
        }
        #expect(throws: EvaluationError.self) { try trace("") }
        #expect(throws: EvaluationError.self) { try trace(FollowingTrace.title + "\n") }
        #expect(throws: EvaluationError.self) { try FollowingReference(path: "/nowhere/reference.csv") }
    }

    /// Arbitrary bytes give a table or an error, never a crash.
    @Test func damagedTablesDoNotCrash() throws {
        var random = SplitMix64(seed: 9)
        let rows = (1...12).map { Traces.row(Double($0) / 10, beat: Double($0)) }
        let intact = Array(try #require(FollowingTrace(rows: rows)).text.utf8)
        for _ in 0..<300 {
            var bytes = intact
            for _ in 0..<1 + random.next() % 6 {
                bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
            }
            if random.next() % 3 == 0 { bytes.removeLast(Int(random.next() % UInt64(bytes.count))) }
            do { _ = try trace(String(decoding: bytes, as: UTF8.self)) } catch is EvaluationError {}
        }
    }

    @Test func anIncompleteTableIsKeptUnderItsPartialName() throws {
        try inFolder { folder in
            let path = folder + "/positions.csv"
            var writer: LineTableWriter? = try LineTableWriter(path: path)
            try writer?.append(Traces.row(0.1, beat: 0).line)
            #expect(!FileManager.default.fileExists(atPath: path))
            try writer?.keepPartial()
            writer = nil
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["positions.partial.csv"])
            #expect(try FollowingTrace(path: folder + "/positions.partial.csv").rows.count == 1)
        }
    }

    @Test func onlyACompleteTableGetsItsName() throws {
        try inFolder { folder in
            let path = folder + "/positions.csv"
            do { try LineTableWriter(path: path).append(Traces.row(0.1, beat: 0).line) }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
            let writer = try LineTableWriter(path: path)
            for index in 1...5000 { try writer.append(Traces.row(Double(index) / 100, beat: 1).line) }
            try writer.finish()
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["positions.csv"])
            #expect(try FollowingTrace(path: path).rows.count == 5000)
            #expect(throws: EvaluationError.self) { try LineTableWriter(path: folder) }
            #expect(throws: EvaluationError.self) { try LineTableWriter(path: folder + "/none/positions.csv") }
        }
    }
}
