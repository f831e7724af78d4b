import Evaluation
import Foundation
import Testing

@Suite struct DatasetFolderTests {
    /// Makes a folder with empty files and gives it to `body`.
    func withFiles(_ names: [String], _ body: (String) throws -> Void) throws {
        let root = FileManager.default.temporaryDirectory.appendingPathComponent("dataset-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: root) }
        try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
        for name in names {
            let file = root.appendingPathComponent(name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data().write(to: file)
        }
        try body(root.path)
    }

    @Test func audioBesideLabels() throws {
        try withFiles(["b.flac", "b.csv", "a.WAV", "a.csv", "c.ogg", "notes.csv", ".hidden.wav", ".hidden.csv"]) {
            path in
            let folder = try DatasetFolder(path: path)
            #expect(folder.recordings.map(\.name) == ["a", "b"])
            #expect(folder.recordings[1].audioPath == path + "/b.flac")
            #expect(folder.recordings[1].labelPath == path + "/b.csv")
            #expect(folder.unlabelled == [path + "/c.ogg"])
        }
    }

    @Test func foldersWithAudioAndLabels() throws {
        try withFiles(["two/audio.flac", "two/labels.csv", "one/audio.mp3", "one/labels.csv", "three/audio.wav"]) {
            path in
            let folder = try DatasetFolder(path: path)
            #expect(folder.recordings.map(\.name) == ["one", "two"])
            #expect(folder.recordings[0].labelPath == path + "/one/labels.csv")
            #expect(folder.unlabelled == [path + "/three/audio.wav"])
            #expect(try DatasetFolder(path: path + "/two").recordings.map(\.name) == ["two"])
        }
    }

    @Test func musicNetsOwnLayout() throws {
        let files = [
            "test_data/2303.wav", "test_labels/2303.csv", "test_data/1819.wav", "test_labels/1819.csv",
            "train_data/1727.wav", "train_labels/1727.csv", "musicnet_metadata.csv",
        ]
        try withFiles(files) { path in
            #expect(try DatasetFolder(path: path).recordings.map(\.name) == ["1727", "1819", "2303"])
            let test = try DatasetFolder(path: path, split: .test)
            #expect(test.recordings.map(\.name) == ["1819", "2303"])
            #expect(test.recordings[0].labelPath == path + "/test_labels/1819.csv")
            #expect(try DatasetFolder(path: path, split: .train).recordings.map(\.name) == ["1727"])
        }
    }

    @Test func oneRecordingInTwoEncodingsCountsOnce() throws {
        try withFiles(["a.flac", "a.wav", "a.csv"]) { path in
            let folder = try DatasetFolder(path: path)
            #expect(folder.recordings.count == 1)
        }
    }

    @Test func whatIsNoDatasetIsSaid() throws {
        try withFiles(["a.wav", "b.txt"]) { path in
            #expect(throws: EvaluationError.noRecordings(path: path)) { try DatasetFolder(path: path) }
            #expect(throws: EvaluationError.self) { try DatasetFolder(path: path + "/a.wav") }
            let error = #expect(throws: EvaluationError.self) { try DatasetFolder(path: path + "/absent") }
            #expect(error?.description.contains("/absent") == true)
        }
    }
}
