import Basics
import Foundation
import SVGReading
import Testing

@testable import Figures
@testable import ModelFigures

@Suite struct TrainingHistoryTests {
    private let log = """
        {"loss":14.0,"probe_ap":0.5,"step":250,"time":"2026-01-01T00:00:00Z","windows_per_s":654}
        {"loss":13.5,"step":500,"time":"2026-01-01T00:00:40Z","windows_per_s":1776}
        {"loss":13.0,"probe_ap":0.6,"step":750,"time":"2026-01-01T00:01:20Z","windows_per_s":1776}

        """

    @Test func readsLog() {
        let history = TrainingHistory(name: "run", log: log)
        #expect(history.entries.map(\.step) == [250, 500, 750])
        #expect(history.entries.map(\.loss) == [14, 13.5, 13] && history.entries.map(\.probe) == [0.5, nil, 0.6])
        #expect(history.damagedLines == 0)
    }

    /// All complete lines of a truncated log are read.
    @Test func truncatedLogsAreRead() {
        for length in 0...log.utf8.count {
            let history = TrainingHistory(
                name: "run", log: String(decoding: Array(log.utf8.prefix(length)), as: UTF8.self))
            let whole = log.utf8.prefix(length).count { $0 == UInt8(ascii: "\n") }
            #expect(history.entries.count >= whole && history.entries.count <= whole + 1)
            #expect(history.damagedLines <= 1)
        }
    }

    @Test func damagedLinesAreCountedAndSkipped() {
        var random = SplitMix64(seed: 41)
        for _ in 0..<200 {
            var bytes = Array(log.utf8)
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            let history = TrainingHistory(name: "run", log: String(decoding: bytes, as: UTF8.self))
            #expect(zip(history.entries, history.entries.dropFirst()).allSatisfy { $0.step < $1.step })
        }
        let noise = TrainingHistory(
            name: "run", log: "{\n[]\n{\"step\":\"x\"}\n{\"step\":-4,\"loss\":1}\n{\"step\":1e99}\n")
        #expect(noise.entries.isEmpty && noise.damagedLines == 5)
    }

    @Test func resumedRunReplacesRepeatedSteps() {
        let history = TrainingHistory(name: "run", log: log + "{\"loss\":9,\"step\":500}\n{\"loss\":8,\"step\":600}\n")
        #expect(history.entries.map(\.step) == [250, 500, 600] && history.entries.map(\.loss) == [14, 9, 8])
    }

    @Test func errorsNameFiles() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("figures-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("cnn.safetensors.checkpoint.jsonl").path
        #expect(throws: FiguresError.unreadable(path: path, reason: "there is no such file")) {
            try TrainingHistory(path: path)
        }
        #expect(throws: FiguresError.unreadable(path: folder.path, reason: "it is a folder")) {
            try TrainingHistory(path: folder.path)
        }
        for text in ["", "not a log\n"] {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
            let error = try #require(throws: FiguresError.self) { try TrainingHistory(path: path) }
            #expect("\(error)".contains(path))
        }
        try Data(log.utf8).write(to: URL(fileURLWithPath: path))
        #expect(try TrainingHistory(path: path).name == "cnn")
    }

    @Test func figureOfRuns() throws {
        let run = TrainingHistory(name: "run", log: log)
        let one = try #require(SVGTree(try TrainingFigure.figure([run]).document()))
        #expect(one.withClass("panel").count == 2 && one.withClass("legend").isEmpty)
        let two = try #require(SVGTree(try TrainingFigure.figure([run, run]).document()))
        #expect(two.withClass("legend").count == 1 && two.texts.contains("run (1)") && two.texts.contains("run (2)"))
        let unprobed = TrainingHistory(name: "x", entries: [.init(step: 1, loss: 2)])
        #expect(SVGTree(try TrainingFigure.figure([unprobed]).document())?.withClass("panel").count == 1)
        #expect(throws: FiguresError.self) { try TrainingFigure.figure([]) }
        #expect(throws: FiguresError.self) {
            try TrainingFigure.figure([TrainingHistory(name: "x", log: "{\"step\":1}")])
        }
    }
}
