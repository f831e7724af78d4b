import Datasets
import Foundation
import Testing

@Suite struct DatasetFolderTests {
    /// Creates a folder of empty files for `body`.
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

    @Test func listsAudioBesideLabels() throws {
        try withFiles(["b.flac", "b.csv", "a.WAV", "a.csv", "c.ogg", "notes.csv", ".hidden.wav", ".hidden.csv"]) {
            path in
            let folder = try DatasetFolder(path: path)
            #expect(folder.recordings.map(\.name) == ["a", "b"])
            #expect(folder.recordings[1].audioPath == path + "/b.flac")
            #expect(folder.recordings[1].labelPath == path + "/b.csv")
            #expect(folder.unlabelled == [path + "/c.ogg"])
        }
    }

    @Test func listsFoldersOfAudioAndLabels() throws {
        try withFiles(["two/audio.flac", "two/labels.csv", "one/audio.mp3", "one/labels.csv", "three/audio.wav"]) {
            path in
            let folder = try DatasetFolder(path: path)
            #expect(folder.recordings.map(\.name) == ["one", "two"])
            #expect(folder.recordings[0].labelPath == path + "/one/labels.csv")
            #expect(folder.unlabelled == [path + "/three/audio.wav"])
            #expect(try DatasetFolder(path: path + "/two").recordings.map(\.name) == ["two"])
        }
    }

    @Test func listsMusicNetsLayout() throws {
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

    @Test func twoEncodingsOfARecordingCountOnce() throws {
        try withFiles(["a.flac", "a.wav", "a.csv"]) { path in
            let folder = try DatasetFolder(path: path)
            #expect(folder.recordings.count == 1)
        }
    }

    @Test func foldersWithoutRecordingsAreErrors() throws {
        try withFiles(["a.wav", "b.txt"]) { path in
            #expect(throws: DatasetError.noRecordings(path: path)) { try DatasetFolder(path: path) }
            #expect(throws: DatasetError.self) { try DatasetFolder(path: path + "/a.wav") }
            let error = #expect(throws: DatasetError.self) { try DatasetFolder(path: path + "/absent") }
            #expect(error?.description.contains("/absent") == true)
        }
    }

    @Test func splitsByMusicNetIdInAnyLayout() throws {
        let names = ["2303", "1759", "1727", "own"]
        try withFiles(names.flatMap { ["\($0).wav", "\($0).csv"] }) { path in
            let expected: [(DatasetFolder.Split, [String])] = [
                (.all, ["1727", "1759", "2303", "own"]), (.test, ["1759", "2303"]), (.train, ["1727", "own"]),
                (.paper, ["2303"]), (.paperTrain, ["1727", "1759", "own"]),
            ]
            for (split, names) in expected {
                let folder = try DatasetFolder(path: path, split: split)
                #expect(folder.recordings.map(\.name) == names, "\(split)")
            }
        }
    }

    @Test func emptySplitsAreErrors() throws {
        try withFiles(["a.wav", "a.csv"]) { path in
            #expect(throws: DatasetError.emptySplit(path: path, split: .test)) {
                try DatasetFolder(path: path, split: .test)
            }
        }
    }

    @Test func listsIncompleteRecordings() throws {
        try withFiles(["test_data/1.wav", "test_labels/1.csv", "train_data/2.wav", "b/audio.wav"]) { path in
            let header = Data("start_time,end_time,instrument,note\n".utf8)
            for name in ["test_labels/3.csv", "alone.csv", "b/labels.csv"] {
                try header.write(to: URL(fileURLWithPath: path + "/" + name))
            }
            try Data("id,composer,ensemble\n".utf8).write(to: URL(fileURLWithPath: path + "/musicnet_metadata.csv"))
            try Data("score_beat,time\n".utf8).write(to: URL(fileURLWithPath: path + "/reference.csv"))
            let listing = try DatasetListing(path: path)
            #expect(listing.entries.map(\.name) == ["1", "2", "3", "alone", "b"])
            #expect(listing.entries.map { $0.audioPath != nil } == [true, true, false, false, true])
            #expect(listing.entries.map { $0.labelPath != nil } == [true, false, true, true, true])
            #expect(listing.entries.map(\.part) == [.test, .train, .test, nil, nil])
            #expect(listing.metadataPath == path + "/musicnet_metadata.csv")
        }
    }
}
