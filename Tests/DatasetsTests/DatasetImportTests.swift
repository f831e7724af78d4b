import Datasets
import Foundation
import Music
import Sound
import Testing

@Suite struct DatasetImportTests {
    private static let labels = musicNetLabels(["0,22050,1,69,0.0,1.0,Quarter", "22050,44100,1,69,1.0,1.0,Quarter"])

    private static func kinds(_ report: ImportReport) -> [String: [Finding.Kind]] {
        Dictionary(uniqueKeysWithValues: (report.recordings + report.others).map { ($0.name, $0.findings.map(\.kind)) })
    }

    private static func good() throws -> TestFolder {
        let folder = try TestFolder()
        try folder.writeTone("good.wav")
        try folder.write(labels, to: "good.csv")
        return folder
    }

    @Test func aValidFolderHasNoFindings() throws {
        let folder = try Self.good()
        let report = try DatasetImport(source: folder.path).run()
        #expect(report.isSound && report.usable == 1)
        #expect(report.text == "1 recording, 0.0 minutes, 2 labels: 1 usable\n\nno problems found", "\(report.text)")
    }

    @Test func findsAudioProblems() throws {
        let folder = try Self.good()
        try folder.write([UInt8]("no sound".utf8), to: "noise.wav")
        let whole = waveFile(format: waveFormat(tag: 1, bits: 16), samples: [UInt8](repeating: 9, count: 88_200))
        try folder.write(Array(whole.dropLast(40_000)), to: "cut.wav")
        try folder.writeTone("silent.wav", amplitude: 0)
        try folder.writeTone("clipped.wav", amplitude: 20)
        try folder.writeTone("slow.flac", format: .flac16, rate: 22_050)
        let stereo = waveFile(
            format: waveFormat(tag: 1, channels: 2, bits: 16),
            samples: (0..<176_400).map { UInt8(truncatingIfNeeded: $0 * 37 & 0x3F) })
        try folder.write(stereo, to: "stereo.wav")
        var floats = [UInt8](repeating: 0, count: 176_400)
        for index in 0..<44_100 {
            let value: Float = index == 50 ? .nan : index % 100 < 50 ? 0.5 : -0.5
            withUnsafeBytes(of: value.bitPattern.littleEndian) {
                floats.replaceSubrange(index * 4..<index * 4 + 4, with: $0)
            }
        }
        try folder.write(waveFile(format: waveFormat(tag: 3, bits: 32), samples: floats), to: "nan.wav")
        for name in ["noise", "cut", "silent", "clipped", "slow", "stereo", "nan"] {
            try folder.write(Self.labels, to: name + ".csv")
        }
        let report = try DatasetImport(source: folder.path).run()
        let kinds = Self.kinds(report)
        #expect(kinds["noise"] == [.unreadableAudio] && kinds["cut"] == [.unreadableAudio])
        #expect(kinds["silent"] == [.silentAudio] && kinds["clipped"] == [.clippedAudio])
        #expect(kinds["slow"] == [.otherRate] && kinds["stereo"] == [.severalChannels])
        #expect(kinds["nan"] == [.unusableSamples])
        #expect(!report.isSound && report.usable == 5)
        #expect(report.text.contains("cut: error: the audio is unusable: it is truncated: it has 48200 of 88200 bytes"))
        #expect(
            report.text.contains("error        2       2  unreadable or truncated audio"), "\(report.text)")
    }

    @Test func findsLabelProblems() throws {
        let folder = try Self.good()
        let files: [(String, [String], [Finding.Kind])] = [
            ("instrument", ["0,1000,0,60,0,1,", "0,1000,129,61,0,1,", "0,1000,1,62,0,1,"], [.unknownInstrument]),
            ("pitch", ["0,1000,1,128,0,1,"], [.noteOutOfRange, .noLabels]),
            ("negative", ["1000,0,1,60,0,1,", "0,1000,1,62,0,1,"], [.negativeLength]),
            ("words", ["zero,1000,1,60,0,1,", "0,1000,1,62,0,1,"], [.badLine]),
            ("late", ["44100,45000,1,60,0,1,"], [.noLabelInside]),
            ("zero", ["500,500,1,60,0,1,"], [.zeroLength]),
            ("twice", ["0,1000,1,60,0,1,", "500,1500,1,60,0,1,"], [.overlappingLabels]),
            ("long", ["0,88200,1,60,0,1,"], [.labelsOutside]),
            ("high", ["0,1000,1,120,0,1,"], [.outsidePiano]),
            ("none", [], [.noLabels]),
        ]
        for (name, rows, _) in files {
            try folder.writeTone(name + ".wav")
            try folder.write(musicNetLabels(rows), to: name + ".csv")
        }
        try folder.writeTone("columns.wav")
        try folder.write("a,b,c\n1,2,3\n", to: "columns.csv")
        let report = try DatasetImport(source: folder.path).run()
        let kinds = Self.kinds(report)
        for (name, _, expected) in files { #expect(kinds[name] == expected, "\(name): \(kinds[name] ?? [])") }
        #expect(kinds["columns"] == [.unreadableLabels])
        #expect(
            report.text.contains("instrument: error: line 2: instrument is 0; it should be 1 to 128 (and 1 more line)")
        )
        #expect(report.usable == 6)
    }

    @Test func findsMissingFiles() throws {
        let folder = try Self.good()
        try folder.writeTone("mute.wav")
        try folder.write(Self.labels, to: "lonely.csv")
        try folder.write("id,composer\n", to: "musicnet_metadata.csv")
        try folder.writeTone("sub/audio.wav")
        try folder.write(Self.labels, to: "sub/labels.csv")
        try folder.writeTone("sub.wav")
        try folder.write(Self.labels, to: "sub.csv")
        let report = try DatasetImport(source: folder.path).run()
        let findings = (report.recordings + report.others).map { ($0.name, $0.findings.map(\.kind)) }
        #expect(findings.map(\.0) == ["good", "lonely", "mute", "sub", "sub", "musicnet_metadata.csv"])
        #expect(findings.map(\.1) == [[], [.labelsAlone], [.audioAlone], [.nameTwice], [.nameTwice], [.badMetadata]])
        #expect(throws: DatasetError.self) { try DatasetImport(source: TestFolder().path).run() }
    }

    @Test func verifiesChecksums() throws {
        let folder = try Self.good()
        let digest = "900150983cd24fb0d6963f7d28e17f72"
        try folder.write("abc", to: "notes.txt")
        try folder.write("\(digest)  notes.txt\n\(digest)  good.wav\n\(digest)  gone.wav\n", to: "MD5SUMS")
        let report = try DatasetImport(source: folder.path).run()
        #expect(Self.kinds(report) == ["good": [.wrongChecksum], "gone.wav": [.missingFile]])
        #expect(!report.isSound && report.text.contains("but should be \(digest)"))
        try folder.write("nonsense\n", to: "SHA256SUMS")
        #expect(throws: DatasetError.self) { try DatasetImport(source: folder.path).run() }
    }

    @Test func copiesUsableRecordings() throws {
        let folder = try TestFolder()
        try folder.writeTone("test_data/2303.wav", format: .wavFloat)
        try folder.write(Self.labels, to: "test_labels/2303.csv")
        try folder.writeTone("own.flac", format: .flac16, rate: 22_050)
        try folder.write("start_s,end_s,midi_note\n0,0.5,69\n", to: "own.csv")
        try folder.writeTone("bad.wav", amplitude: 0)
        try folder.write(Self.labels, to: "bad.csv")
        let out = try TestFolder()
        let report = try DatasetImport(source: folder.path, output: out["set"]).run()
        #expect(report.usable == 2)
        let copied = try DatasetFolder(path: out["set"])
        #expect(copied.recordings.map(\.name) == ["2303", "own"])
        #expect(try DatasetFolder(path: out["set"], split: .test).recordings.map(\.name) == ["2303"])
        // The float file is unchanged, the other has 16 bits at 44.1 kHz; both can be mapped.
        let float = try SampleFile(path: out["set/test_data/2303.wav"], rate: 44_100)
        let half = try SampleFile(path: out["set/own.wav"], rate: 44_100)
        #expect(float.coding == .float32 && !float.isDecoded && float.count == 44_100)
        #expect(half.coding == .int16 && !half.isDecoded && half.count == 44_100)
        #expect(
            try AudioFileReader.readAll(path: folder["test_data/2303.wav"])
                == AudioFileReader.readAll(path: out["set/test_data/2303.wav"]))
        #expect(try String(contentsOfFile: out["set/test_labels/2303.csv"], encoding: .utf8) == Self.labels)
        #expect(try LabelFile(path: out["set/own.csv"]).labels.map(\.note.program) == [0])
        let names = try FileManager.default.subpathsOfDirectory(atPath: out["set"]).sorted()
        #expect(
            names == [
                "manifest.jsonl", "own.csv", "own.wav", "test_data", "test_data/2303.wav", "test_labels",
                "test_labels/2303.csv",
            ])
    }

    @Test func resumesAfterInterruption() throws {
        let folder = try Self.good()
        try folder.writeTone("other.wav", seconds: 0.5)
        try folder.write(Self.labels, to: "other.csv")
        let out = try TestFolder()
        let first = try DatasetImport(source: folder.path, output: out.path).run()
        #expect(first.unchanged == 0 && first.usable == 2)
        let manifest = try String(contentsOfFile: out["manifest.jsonl"], encoding: .utf8)
        #expect(manifest.split(separator: "\n").count == 2)
        // The last line is truncated: only that recording is processed again.
        try String(manifest.dropLast(30)).write(toFile: out["manifest.jsonl"], atomically: true, encoding: .utf8)
        let second = try DatasetImport(source: folder.path, output: out.path).run()
        #expect(second.unchanged == 1 && second.recordings == first.recordings)
        // Recordings that are not read again keep their earlier reports.
        #expect(second.recordings.map { $0.findings.map(\.kind) } == [[], [.labelsOutside]])
        #expect(try String(contentsOfFile: out["manifest.jsonl"], encoding: .utf8) == manifest)
        // A changed source and a missing output are processed again.
        try folder.writeTone("good.wav", seconds: 1.5)
        #expect(try DatasetImport(source: folder.path, output: out.path).run().unchanged == 1)
        try FileManager.default.removeItem(atPath: out["other.wav"])
        #expect(try DatasetImport(source: folder.path, output: out.path).run().unchanged == 1)
        #expect(try DatasetImport(source: folder.path, output: out.path).run().unchanged == 2)
    }

    @Test func rejectsItsSourceAsOutput() throws {
        let folder = try Self.good()
        let error = #expect(throws: DatasetError.self) {
            try DatasetImport(
                source: folder.path, output: folder.path + "/../" + URL(fileURLWithPath: folder.path).lastPathComponent
            ).run()
        }
        #expect(error?.isOutputFailure == true)
    }
}
