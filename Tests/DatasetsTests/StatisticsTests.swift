import Datasets
import Foundation
import Music
import Testing

@Suite struct StatisticsTests {
    /// Two recordings in MusicNet's layout: a piano piece of 90 s, and a duo of 30 s for violin and cello.
    private static func folder() throws -> TestFolder {
        let folder = try TestFolder()
        try folder.write(silence(seconds: 90), to: "train_data/1727.wav")
        try folder.write(
            musicNetLabels([
                "0,44100,1,60,0.0,1.0,Quarter", "44100,88200,1,60,1.0,1.0,Quarter", "44100,88200,1,64,1.0,1.0,Quarter",
            ]), to: "train_labels/1727.csv")
        try folder.write(silence(seconds: 30), to: "test_data/2303.wav")
        try folder.write(
            musicNetLabels(["0,44100,41,69,0.0,1.0,Quarter", "0,44100,43,45,0.0,1.0,Quarter"]),
            to: "test_labels/2303.csv")
        return folder
    }

    /// Mono 32-bit floats at 44.1 kHz. These tests only read headers.
    private static func silence(seconds: Int) -> [UInt8] {
        waveFile(format: waveFormat(tag: 3, bits: 32), samples: [UInt8](repeating: 0, count: seconds * 176_400))
    }

    private static let metadata = """
        id,composer,composition,movement,ensemble,source,transcriber,catalog_name,seconds
        1727,Schubert,"Sonata, in A",1,Solo Piano,x,y,D1,90
        2303,Bach,Duo,1,"Violin, and Cello",x,y,B1,30
        """

    @Test func matchesThePapersTable1() throws {
        let folder = try Self.folder()
        try folder.write(Self.metadata, to: "musicnet_metadata.csv")
        let report = try StatisticsReport(folder: folder.path)
        #expect(report.remarks == [])
        let expected = """
            Minutes  Labels  Recordings  Label classes
                2.0       5           2              4

            Composer  Minutes  Labels  Recordings
            Schubert      1.5       3           1
            Bach          0.5       2           1

            Ensemble           Minutes  Labels  Recordings
            Solo Piano             1.5       3           1
            Violin, and Cello      0.5       2           1

            Instrument  Minutes  Labels  Recordings  Notes
            Piano           1.5       3           1      2
            Cello           0.5       1           1      1
            Violin          0.5       1           1      1
            """
        #expect(report.statistics.table == expected, "\(report.statistics.table)")
    }

    @Test func countsOneSplit() throws {
        let folder = try Self.folder()
        let report = try StatisticsReport(folder: folder.path, split: .test)
        #expect(report.statistics.recordings == 1 && report.statistics.labels == 2)
        #expect(report.statistics.composers == nil && report.statistics.ensembles == nil)
        #expect(report.remarks.contains { $0.contains("--metadata") })
        #expect(!report.statistics.table.contains("Composer"))
    }

    @Test func countsLabelsWithoutAudio() throws {
        let folder = try TestFolder()
        try folder.write(musicNetLabels(["0,441000,1,60,0.0,1.0,"]), to: "2303.csv")
        try folder.write(musicNetLabels(["0,2646000,1,60,0.0,1.0,"]), to: "1727.csv")
        let known = try folder.write(Self.metadata.replacingOccurrences(of: "1727", with: "9"), to: "m.csv")
        let report = try StatisticsReport(folder: folder.path, metadata: known)
        #expect(abs(report.statistics.minutes - 1.5) < 1e-9)
        #expect(report.remarks.contains { $0.contains("duration from metadata, no audio: 1 recording") })
        #expect(report.remarks.contains { $0.contains("duration from last label, no audio: 1 recording") })
        #expect(report.remarks.contains("not in the metadata: 1 recording"))
        #expect(report.statistics.composers?.map(\.name) == [DatasetStatistics.unknown, "Bach"])
    }

    @Test func skipsUnreadableRecordings() throws {
        let folder = try Self.folder()
        try folder.write("this is no audio at all, whatever its name says", to: "bad.wav")
        try folder.write(musicNetLabels(["0,1,1,60,0,0,"]), to: "bad.csv")
        let report = try StatisticsReport(folder: folder.path)
        #expect(report.statistics.recordings == 2 && report.unreadable == 1)
        #expect(report.remarks.contains { $0.contains("skipped") && $0.contains("bad.wav") })
    }

    @Test func instrumentMinutesAreThoseOfTheirRecordings() {
        func summary(_ name: String, _ seconds: Double, _ programs: [Int?]) -> RecordingSummary {
            let notes = programs.enumerated().map {
                Note(pitch: 60 + $0.offset, start: 0, end: 1, program: $0.element)
            }
            return RecordingSummary(name: name, seconds: seconds, notes: notes)
        }
        let statistics = DatasetStatistics([summary("a", 60, [0, 0, 40]), summary("b", 120, [0, nil])])
        #expect(statistics.instruments.map(\.name) == ["Piano", "(unnamed)", "Violin"])
        #expect(statistics.instruments.map(\.minutes) == [3, 2, 1])
        #expect(statistics.instruments.map(\.number) == [1, nil, 41])
        #expect(statistics.instruments.map(\.notes) == [2, 1, 1])
        #expect(statistics.classes == 4)
    }

    @Test func largeNumbersAreFormattedAsInThePaper() {
        let notes = (0..<1_234).map { _ in Note(pitch: 60, start: 0, end: 1, program: 0) }
        let statistics = DatasetStatistics([RecordingSummary(name: "a", seconds: 122_880, notes: notes)])
        let lines = statistics.table.split(separator: "\n")
        #expect(lines[1] == "  2,048   1,234           1              1", "\(lines[1])")
    }

    @Test func writesJSON() throws {
        let folder = try Self.folder()
        let data = try JSONEncoder().encode(StatisticsReport(folder: folder.path).statistics)
        let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(object["labels"] as? Int == 5 && object["classes"] as? Int == 4)
        #expect((object["instruments"] as? [[String: Any]])?.first?["number"] as? Int == 1)
    }

    @Test func errorsNameTheFile() throws {
        let folder = try TestFolder()
        #expect(throws: DatasetError.noRecordings(path: folder.path)) { try StatisticsReport(folder: folder.path) }
        #expect(throws: DatasetError.self) { try StatisticsReport(folder: folder["absent"]) }
        let full = try Self.folder()
        #expect(throws: DatasetError.self) {
            try StatisticsReport(folder: full.path, metadata: full["absent.csv"])
        }
    }
}
