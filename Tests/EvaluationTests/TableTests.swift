import Evaluation
import Foundation
import Testing

@Suite struct TableTests {
    static func reports() throws -> [StoredReport] {
        [
            try Samples.stored("cnn", "CNN, 64 stride", 16384, 0.678, steps: 538_200),
            try Samples.stored("mlp", "MLP, 500 nodes", 2048, 0.521),
            try Samples.stored("log2048", "log-spectrograms", 2048, 0.488),
            try Samples.stored("own", "own", 4096, 0.9),
        ]
    }

    @Test func rowsAreSortedByWindowAndPrecision() throws {
        let table = try ResultsTable(.benchmark, Self.reports())
        #expect(table.rows.map(\.model) == ["log2048", "mlp", "own", "cnn"])
        #expect(table.rows.allSatisfy { $0.paper == nil })
        let ordered = try ResultsTable(
            .benchmark, Self.reports() + [Samples.stored("first", "x", 16384, 0.1, order: 1)])
        #expect(ordered.rows.first?.model == "first")
    }

    @Test func paperRowsAreAddedWhereTheyExist() throws {
        let table = try ResultsTable(.benchmark, Self.reports(), comparesPaper: true)
        #expect(
            table.rows.map(\.paper) == [[0.619, 0.420, 0.488], [0.501, 0.580, 0.521], nil, [0.605, 0.719, 0.678]])
        let errors = try ResultsTable(.errors, Self.reports(), comparesPaper: true)
        #expect(errors.rows.last?.paper == [0.489, 0.634, 0.117, 0.164, 0.352])
        let quartet = try ResultsTable(.recording("2382"), Self.reports(), comparesPaper: true)
        #expect(quartet.rows.last?.paper == [0.510, 0.579, 0.493] && quartet.number == 6)
        #expect(quartet.rows.first?.paper == nil)
    }

    /// The paper's error rates are consistent: Etot is the sum of its parts.
    @Test func paperErrorRatesAddUp() {
        for row in PaperFigures.table4 {
            #expect(abs(row.values[1] - row.values[2...].reduce(0, +)) < 0.0021, "\(row)")
        }
        #expect(PaperFigures.table3.count == 11 && PaperFigures.table4.count == 10)
        #expect(PaperFigures.recordings.map(\.rows.count) == [5, 5, 5])
        #expect((PaperFigures.table3 + PaperFigures.recordings.flatMap(\.rows)).allSatisfy { $0.values.count == 3 })
    }

    @Test func textLooksLikeThePaper() throws {
        let table = try ResultsTable(.benchmark, Self.reports())
        #expect(
            table.text == """
                Table 3: Precision and recall at the threshold, and average precision

                Representation    Window Size  Precision  Recall  Average Precision    Steps  Windows  Hours
                --------------------------------------------------------------------------------------------
                log-spectrograms        2,048      50.0%   25.0%              48.8%        -        -      -
                MLP, 500 nodes          2,048      50.0%   25.0%              52.1%        -        -      -
                own                     4,096      50.0%   25.0%              90.0%        -        -      -
                CNN, 64 stride         16,384      50.0%   25.0%              67.8%  538,200        -      -
                """)
        let errors = try ResultsTable(.errors, [Self.reports()[0]])
        #expect(
            errors.markdown == """
                **Table 4: MIREX-style statistics at the threshold**

                | Representation | Window Size |   Acc |  Etot | Esub | Emiss |  Efa |
                | -------------- | ----------: | ----: | ----: | ---: | ----: | ---: |
                | CNN, 64 stride |      16,384 | 48.9% | 1.063 | .117 |  .100 | .000 |
                """)
    }

    @Test func rowsWithTheSameRepresentationShowTheModelsName() throws {
        let table = try ResultsTable(
            .benchmark,
            [Samples.stored("a", "MLP, 500 nodes", 2048, 0.5), Samples.stored("b", "MLP, 500 nodes", 2048, 0.6)])
        #expect(table.text.contains("MLP, 500 nodes (a)") && table.text.contains("MLP, 500 nodes (b)"))
    }

    @Test(arguments: [(25.04, "25.0"), (0.35, "0.35"), (0.0042, "0.004")])
    func hoursHaveEnoughDigits(_ hours: Double, _ text: String) throws {
        var stored = try Samples.stored("m", "MLP, 500 nodes", 2048, 0.5)
        stored.report.hours = hours
        #expect(try ResultsTable(.benchmark, [stored]).text.hasSuffix("  \(text)"))
    }

    @Test func jsonContainsOurResultsAndThePapers() throws {
        let table = try ResultsTable(.errors, Self.reports(), comparesPaper: true)
        let object = try JSONSerialization.jsonObject(with: JSONEncoder().encode(table)) as? [String: Any]
        let row = try #require((object?["rows"] as? [[String: Any]])?.last)
        #expect(object?["number"] as? Int == 4 && object?["frames"] as? Int == 22_500)
        #expect(row["model"] as? String == "cnn" && row["window"] as? Int == 16384 && row["steps"] as? Int == 538_200)
        #expect(row["etot"] as? Double == 1.0634 && row["threshold"] as? Double == 0.276)
        #expect((row["paper"] as? [String: Double])?["etot"] == 0.634)
    }

    @Test func choicesAreParsedAndSelectTables() throws {
        #expect(TableChoice("3") == .benchmark && TableChoice("4") == .errors)
        #expect(TableChoice("5-7") == .paperRecordings && TableChoice("recordings") == .recordings)
        for text in ["2", "8", "", "3.0", "five", "-3", "5-6"] { #expect(TableChoice(text) == nil) }
        let names = ["1819", "2303", "2382", "9"]
        #expect(try TableChoice("6")?.kinds(recording: nil, among: names) == [.recording("2382")])
        #expect(try TableChoice("6")?.kinds(recording: "9", among: names) == [.recording("9")])
        #expect(
            try TableChoice("5-7")?.kinds(recording: nil, among: names)
                == [.recording("1819"), .recording("2382"), .recording("2303")])
        #expect(try TableChoice("recordings")?.kinds(recording: nil, among: names) == names.map { .recording($0) })
        #expect(
            try TableChoice("5-7")?.kinds(recording: nil, among: ["a", "b"]) == [.recording("a"), .recording("b")])
        #expect(throws: EvaluationError.noRecording(name: "1819", existing: ["a"])) {
            _ = try TableChoice("5")?.kinds(recording: nil, among: ["a"])
        }
        #expect(throws: EvaluationError.self) { _ = try ResultsTable(.recording("x"), Self.reports()) }
    }

    @Test func remarksStateTheNumberOfFrames() throws {
        let full = ReportText.remarks(try Self.reports(), comparesPaper: true)
        #expect(full.contains("3 recordings, 22,500 frames.") && full.contains("16,350 random windows"))
        #expect(full.contains("Thickstun"))
        let short = ReportText.remarks([try Samples.stored("a", "x", 2048, 0.5, recordings: ["1"], frames: 300)])
        #expect(short.contains("1 recording, 300 frames; 1 shorter than 91 s, with 300 frames on average"))
    }

    @Test func reportsLookLikeThePapersTables() throws {
        let text = ReportText.text(try Samples.stored("cnn", "CNN, 64 stride", 16384, 0.678))
        for part in [
            "CNN, 64 stride (cnn), window 16,384, threshold 0.276: best F1 (66.0%) on 16,350 random windows of 327",
            "1819        7,500", "67.8%  48.9%  1.063  .117   .100  .000", "1 label",
        ] {
            #expect(text.contains(part), "\(part)")
        }
    }

    @Test func foldersWithoutModelsAreRejected() throws {
        let fixture = try Fixture()
        #expect(throws: EvaluationError.noModels(path: fixture.path)) { _ = try ModelFolder(path: fixture.path) }
        #expect(throws: EvaluationError.self) { _ = try ModelFolder(path: fixture.path + "/none") }
        for name in ["b.safetensors", "a.safetensors", ".hidden.safetensors", "c.report.json"] {
            try Data().write(to: URL(fileURLWithPath: fixture.path + "/" + name))
        }
        #expect(
            try ModelFolder(path: fixture.path).models
                == [fixture.path + "/a.safetensors", fixture.path + "/b.safetensors"])
        #expect(throws: EvaluationError.self) { _ = try ModelFolder(path: fixture.path + "/a.safetensors") }
    }
}
