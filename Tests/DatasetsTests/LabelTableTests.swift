import Datasets
import Music
import Testing

@Suite struct LabelTableTests {
    private static let text = musicNetLabels([
        "3655890,3663828,43,58,71.0,2.75,Dotted Half", "1997289,2006109,41,79,62.0,0.5,Eighth",
        "2000000,2200000,42,72,152.5,0.333,Triplet",
    ])

    private static func labels() throws -> [LabelFile.Label] {
        try LabelFile(data: Array(text.utf8), name: "x.csv").labels
    }

    @Test func matchesThePapersTable2() throws {
        let table = LabelTable(try Self.labels(), meter: Meter("3"))
        let expected = """
            Start    End  Instrument  Note  Measure  Beat  Note Value
            45.29  45.49  Violin      G5         21     3  Eighth
            45.35  49.89  Viola       C5         51   3.5  Triplet
            82.90  83.08  Cello       A#3        24     3  Dotted Half
            """
        #expect(table.text == expected, "\(table.text)")
    }

    @Test func omitsMeasuresWithoutAMeter() throws {
        let table = LabelTable(try Self.labels(), to: 45.3)
        #expect(
            table.text
                == "Start    End  Instrument  Note  Beat  Note Value\n45.29  45.49  Violin      G5      62  Eighth")
        #expect(table.rows.first?.measure == nil)
    }

    @Test func selectsLabelsByTime() throws {
        let labels = try Self.labels()
        #expect(LabelTable(labels, from: 46, to: 60).rows.map(\.note) == ["C5"])
        #expect(LabelTable(labels, from: 100).rows.isEmpty)
        let limited = LabelTable(labels, limit: 1)
        #expect(limited.rows.count == 1 && limited.found == 3)
    }

    @Test func numbersMeasuresAfterThePickup() throws {
        let meter = try #require(Meter("4:1"))
        #expect(meter.position(ofBeat: 0)! == (0, 4))
        #expect(meter.position(ofBeat: 1)! == (1, 1))
        #expect(meter.position(ofBeat: 5.5)! == (2, 1.5))
        let three = try #require(Meter("3"))
        #expect(three.position(ofBeat: 0)! == (1, 1))
        // A rounded 2.9999999 belongs to the next measure.
        #expect(three.position(ofBeat: 2.999_999_9)! == (2, 1))
        #expect(three.position(ofBeat: .nan) == nil && three.position(ofBeat: 1e300) == nil)
    }

    @Test func rejectsInvalidMeters() {
        for text in ["", "0", "-3", "4:4", "4:-1", "4:1:1", "x", "nan", "inf", "65", "4:"] {
            #expect(Meter(text) == nil, "\(text)")
        }
        #expect(Meter("1.5")?.beats == 1.5)
    }

    @Test func findsTheLabelsOfARecording() throws {
        let folder = try TestFolder()
        try folder.writeTone("a.wav", seconds: 0.1)
        let path = try folder.write(Self.text, to: "a.csv")
        #expect(try LabelTable.labels(at: folder.path, recording: "a").count == 3)
        #expect(try LabelTable.labels(at: folder.path, recording: nil).count == 3)
        #expect(try LabelTable.labels(at: path, recording: nil).count == 3)
        let error = #expect(throws: DatasetError.self) { try LabelTable.labels(at: folder.path, recording: "b") }
        #expect(error == .noSuchRecording(name: "b", path: folder.path, others: ["a"]))
        #expect(error?.isMissingInput == true)
        try folder.write(Self.text, to: "c.csv")
        let several = #expect(throws: DatasetError.self) { try LabelTable.labels(at: folder.path, recording: nil) }
        #expect(several?.description.hasPrefix("choose a recording of '\(folder.path)': it has a, c") == true)
    }
}
