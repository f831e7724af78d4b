import Datasets
import Foundation
import Music
import Networks
import Sound
import Testing

@testable import Training

/// Opening a set in parallel: order, progress, warnings and errors.
struct TrainingSetTests {
    private static func withFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("set-\(UUID())").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }

    /// Adds a tone and its labels, which are "start,end,instrument,note" with times in samples.
    private static func add(_ name: String, _ labels: [String], to folder: String, seconds: Double = 1) throws {
        let samples = (0..<Int(seconds * 44_100)).map { 0.5 * sin(2 * .pi * 440 * Float($0) / 44_100) }
        try AudioFileWriter.write(samples, to: "\(folder)/\(name).wav", format: .wavFloat)
        let text =
            (["start_time,end_time,instrument,note,start_beat,end_beat,note_value"] + labels.map { $0 + ",0,1," })
            .joined(separator: "\n")
        try (text + "\n").write(toFile: "\(folder)/\(name).csv", atomically: true, encoding: .utf8)
    }

    private static func info() throws -> ModelInfo {
        ModelInfo(
            name: "x",
            architecture: try TrainingRunTests.recipe(steps: 1, optimizer: TrainingRunTests.adamw).architecture)
    }

    @Test func opensInOrder() throws {
        try Self.withFolder { folder in
            for index in 0..<12 {
                try Self.add("r\(10 + index)", ["0,44100,1,69"], to: folder, seconds: Double(13 - index) / 10 + 1)
            }
            var reports: [Int] = []
            let set = try TrainingSet(folder: folder, info: Self.info()) { done, all in
                #expect(all == 12)
                reports.append(done)
            }
            #expect(set.recordings.map(\.name) == (0..<12).map { "r\(10 + $0)" })
            #expect(reports == Array(1...12) && set.warnings.isEmpty)
            #expect(abs(set.duration - 12 - 9) < 1e-3)
        }
    }

    @Test func warnsOncePerKind() throws {
        try Self.withFolder { folder in
            try Self.add("good", ["0,44100,1,69"], to: folder)
            try Self.add("late", ["0,44100,1,69", "22050,88200,1,70"], to: folder)
            try Self.add("later", ["0,44100,1,69", "20000,88200,1,70", "30000,88200,1,71"], to: folder)
            try Self.add("high", ["0,44100,1,120"], to: folder)
            try Self.add("twice", ["0,44100,1,69", "100,44100,1,69"], to: folder)
            try Self.add("none", [], to: folder)
            try AudioFileWriter.write([0.1], to: folder + "/mute.wav")
            let set = try TrainingSet(folder: folder, info: Self.info())
            #expect(set.recordings.map(\.name) == ["good", "high", "late", "later", "twice"])
            #expect(set.warnings.count == 5, "\(set.warnings)")
            #expect(
                set.warnings[0].hasPrefix("audio without labels: 1, such as '\(folder)/mute.wav'")
            )
            #expect(set.warnings.contains { $0.hasPrefix("files without labels") && $0.hasSuffix("left out") })
            let outside = try #require(
                set.warnings.first { $0.hasPrefix("labels that extend beyond the audio: 3 in 2 of 6") })
            #expect(outside.contains("later: labels outside the 1.00 s of audio: 2"))
            #expect(
                set.warnings.contains {
                    $0.contains("overlapping labels of the same instrument and pitch: 1 in 1 of 6")
                })
            #expect(set.warnings.contains { $0.contains("notes outside 21 to 108: 1") })
        }
    }

    @Test func emptySetIsAnError() throws {
        try Self.withFolder { folder in
            #expect(throws: DatasetError.noRecordings(path: folder)) {
                try TrainingSet(folder: folder, info: Self.info())
            }
            try Self.add("none", [], to: folder)
            #expect(throws: TrainingError.emptyDataset(path: folder)) {
                try TrainingSet(folder: folder, info: Self.info())
            }
            #expect(throws: DatasetError.emptySplit(path: folder, split: .test)) {
                try TrainingSet(folder: folder, split: .test, info: Self.info())
            }
        }
    }

    @Test func truncatedAudioIsAnError() throws {
        try Self.withFolder { folder in
            try Self.add("a", ["0,44100,1,69"], to: folder)
            try Self.add("b", ["0,44100,1,69"], to: folder)
            let whole = try Data(contentsOf: URL(fileURLWithPath: folder + "/b.wav"))
            try whole.dropLast(10_000).write(to: URL(fileURLWithPath: folder + "/b.wav"))
            let error = #expect(throws: SoundError.self) { try TrainingSet(folder: folder, info: Self.info()) }
            #expect(error?.description.contains("b.wav") == true && error?.description.contains("truncated") == true)
        }
    }
}
