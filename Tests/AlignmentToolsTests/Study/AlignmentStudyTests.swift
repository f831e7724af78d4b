import Alignment
import AlignmentSamples
import AlignmentTools
import Foundation
import Scores
import Sound
import Testing

@Suite("Alignment studies")
struct AlignmentStudyTests {
    /// A folder with one pair, whose score is played from time 0 at the written tempo, except for its second beat.
    private static func folder() throws -> ScratchFolder {
        let scratch = try ScratchFolder()
        let pair = scratch.file("pairs/one")
        try FileManager.default.createDirectory(atPath: pair, withIntermediateDirectories: true)
        try FileManager.default.createDirectory(
            atPath: scratch.file("pairs/empty"), withIntermediateDirectories: true)
        let score = Samples.score(measures: 2)
        try score.midiFile().write(to: pair + "/score.mid")
        try AudioFileWriter.write([Float](repeating: 0.1, count: 44_100 * 4), to: pair + "/audio.wav")
        let rows = (0..<8).map { beat in "\(beat),0,\(0.5 * Double(beat) + (beat == 1 ? 0.2 : 0))" }
        let table = (["score_beat,score_time,perf_time"] + rows).joined(separator: "\n")
        try Data(table.utf8).write(to: URL(fileURLWithPath: pair + "/reference.csv"))
        return scratch
    }

    @Test("cached results are reused unless a file has changed")
    func cache() throws {
        let scratch = try Self.folder()
        let aligner = StubAligner()
        let pairs = try StudyPair.all(in: scratch.file("pairs"))
        #expect(pairs.map(\.name) == ["one"])
        let study = AlignmentStudy(
            pairs: pairs, variants: [StudyVariant(method: "stub", aligner: aligner)], cache: scratch.file("cache"))
        let results = try study.run()
        #expect(results.count == 1 && results[0].count == 1)
        let errors = results[0][0].errors
        #expect(errors.count == 8 && errors.missed == 0)
        #expect(abs(errors.share(within: 0.1) - 7.0 / 8) < 1e-9)
        #expect(aligner.calls.withLock(\.count) == 1)

        // Simulates an incomplete line left by a killed run.
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: scratch.file("cache")))
        try file.seekToEnd()
        try file.write(contentsOf: Data("{\"key\":".utf8))
        try file.close()
        #expect(try study.run() == results)
        #expect(aligner.calls.withLock(\.count) == 1)

        try AudioFileWriter.write([Float](repeating: 0.1, count: 44_100 * 5), to: pairs[0].audio)
        _ = try study.run()
        #expect(aligner.calls.withLock(\.count) == 2)
        // The new line is not appended to the incomplete one.
        _ = try study.run()
        #expect(aligner.calls.withLock(\.count) == 2)
    }

    @Test("rejects a folder without pairs")
    func empty() throws {
        let scratch = try Self.folder()
        #expect(throws: AlignmentError.self) { try StudyPair.all(in: scratch.file("pairs/empty")) }
        #expect(throws: AlignmentError.self) { try StudyPair.all(in: scratch.file("none")) }
        #expect(try StudyPair.all(in: scratch.file("pairs/one")).map(\.name) == ["one"])
    }

    @Test("grids yield all combinations or vary one parameter at a time")
    func grids() {
        var grid = StudyGrid()
        grid.hops = [512, 256]
        grid.bins = [50, 25, nil]
        #expect(
            grid.product.map { $0.settings[1] + $0.settings[2] }
                == ["51250", "51225", "512all", "25650", "25625", "256all"])
        #expect(grid.oneAtATime.map { $0.settings[1] + $0.settings[2] } == ["51250", "25650", "51225", "512all"])
        #expect(grid.product.allSatisfy { $0.settings.count == StudyGrid.settingNames.count })
        grid.norms = []
        #expect(grid.product.isEmpty && grid.oneAtATime.isEmpty)
        #expect(StudyGrid.appendixB.oneAtATime.count == 14)
    }

    @Test("the table shows the settings that differ, and pools all onsets")
    func table() throws {
        let scratch = try Self.folder()
        let pairs = try StudyPair.all(in: scratch.file("pairs"))
        let variants = ["50", "25"].map { bins in
            StudyVariant(method: "stub", settings: ["2048", "512", bins], aligner: StubAligner())
        }
        let results = try AlignmentStudy(pairs: pairs + pairs, variants: variants).run()
        let all = StudyTable(results, showsPairs: false).table
        #expect(all.columns.map(\.title).prefix(4) == ["method", "bins", "pair", "onsets"])
        #expect(
            all.rows.map { Array($0.prefix(5)) } == [
                ["stub", "50", "all", "16", "0"], ["stub", "25", "all", "16", "0"],
            ])
        #expect(Array(all.rows[0][9...13]) == ["87.5%", "87.5%", "87.5%", "100.0%", "100.0%"])
        let each = StudyTable(results, showsPairs: true).table
        #expect(each.rows.filter { !$0.isEmpty }.map { $0[2] } == ["one", "one", "all", "one", "one", "all"])
    }
}
