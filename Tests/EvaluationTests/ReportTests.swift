import Datasets
import Evaluation
import Foundation
import Networks
import Testing

@Suite struct ReportTests {
    @Test func metricsByNumberOfLabelsMatchScikitLearn() throws {
        let info = try Fixture.oracle(window: 512, labelOffset: 256).info
        for item in try Golden.loadFrames() {
            let frames = RecordingFrames(name: "r", scores: item.matrix, truth: item.truth)
            let threshold = item.answers.thresholds[1]
            let report = ModelReport(name: "m", info: info, recordings: [frames], threshold: threshold.threshold)
            expectClose(report.all.averagePrecision, item.answers.averagePrecision)
            expectClose(report.all.precision, threshold.prf[0])
            expectClose(report.all.recall, threshold.prf[1])
            expectClose(report.multiPitch.totalError, threshold.mirex["etot"] ?? -1)
            expectClose(report.multiPitch.substitution, threshold.mirex["esub"] ?? -1)
            expectClose(report.multiPitch.miss, threshold.mirex["emiss"] ?? -1)
            expectClose(report.multiPitch.falseAlarm, threshold.mirex["efa"] ?? -1)
            expectClose(report.multiPitch.accuracy, threshold.mirex["acc"] ?? -1)
            let found = Dictionary(uniqueKeysWithValues: report.byLabelCount.map { ($0.name, $0) })
            for (labels, expected) in item.answers.byLabels {
                let subset = try #require(found[labels == "1" ? "1 label" : "\(labels) labels"])
                #expect([subset.frames, subset.labels] == expected.prefix(2).map { Int($0) })
                expectClose(subset.precision, expected[2])
                expectClose(subset.recall, expected[3])
                expectClose(subset.averagePrecision, expected[4])
            }
            #expect(report.byLabelCount.filter { $0.frames > 0 }.count == item.answers.byLabels.count)
            #expect(found["1 label"] != nil && found["3 labels"] != nil)
        }
    }

    @Test func recordingsAreScoredTogetherAndSeparately() throws {
        let info = try Fixture.oracle(window: 512, labelOffset: 256).info
        let cases = try Golden.loadFrames()
        let recordings = cases.enumerated().map {
            RecordingFrames(name: "r\($0.offset)", scores: $0.element.matrix, truth: $0.element.truth)
        }
        let report = ModelReport(name: "m", info: info, recordings: recordings, threshold: 0.25)
        #expect(report.all.frames == recordings.reduce(0) { $0 + $1.count })
        #expect(report.all.labels == report.recordings.reduce(0) { $0 + $1.labels })
        #expect(report.recordingMultiPitch?.count == recordings.count)
        for (index, item) in cases.enumerated() {
            let own = ModelReport(name: "m", info: info, recordings: [recordings[index]], threshold: 0.25)
            var expected = own.all
            expected.name = "r\(index)"
            #expect(report.recordings[index] == expected)
            #expect(report.recordingMultiPitch?[index] == own.multiPitch)
            #expect(item.truth.count == expected.frames)
        }
    }

    @Test func trainingCostComesFromTheModelsMetadata() throws {
        let model = try Fixture.model(
            [.linear(outputs: 128, bias: false)], window: 512, labelOffset: 256,
            extra: [
                "representation": "spectrograms", "steps": "1200", "windows_seen": "384000",
                "training_seconds": "5400.0",
            ])
        let report = ModelReport(name: "m", info: model.info, recordings: [], threshold: 0)
        #expect(report.representation == "spectrograms" && report.steps == 1200 && report.windowsSeen == 384_000)
        #expect(report.hours == 1.5)
    }

    @Test func representationsAreDerivedFromLayers() {
        func name(_ layers: [Layer], window: Int) -> String {
            Representation.name(
                of: ModelInfo(
                    name: "x",
                    architecture: Architecture(conditioning: nil, layers: layers, heads: [.sounding]), window: window),
                fallback: "model-7")
        }
        let out = Layer.linear(outputs: 128, bias: false)
        #expect(name([.linear(outputs: 500, bias: false), .logReLU, out], window: 2048) == "MLP, 500 nodes")
        #expect(
            name([.convolution(filters: 2500, width: 2048, stride: 8), .logReLU, out], window: 2048)
                == "MLP, 2500 nodes")
        #expect(name(Architecture.paper(stride: 8).layers, window: 16384) == "CNN, 64 stride")
        #expect(name(Architecture.paper(stride: 64).layers, window: 16384) == "CNN, 512 stride")
        #expect(
            name(
                [.convolution(filters: 500, width: 2048, stride: 2), .logReLU, .averagePool(width: 51, step: 51), out],
                window: 2148) == "AvgPool, 2 stride")
        #expect(name([out], window: 2048) == "model-7")
        #expect(name([.relu, .logistic, .relu], window: 2048) == "model-7")
    }

    @Test func storedReportsDecodeAsReports() throws {
        let fixture = try Fixture()
        let stored = try Samples.stored("m", "CNN, 64 stride", 16384, 0.6)
        let path = fixture.path + "/m.report.json"
        try stored.write(to: path)
        let data = try Data(contentsOf: URL(fileURLWithPath: path))
        #expect(try JSONDecoder().decode(StoredReport.self, from: data) == stored)
        #expect(try JSONDecoder().decode(ModelReport.self, from: data) == stored.report)
        #expect(throws: EvaluationError.self) { try stored.write(to: fixture.path + "/nowhere/m.json") }
    }

    @Test func storedReportsAreReusedOnlyWhileInputsAreUnchanged() throws {
        let fixture = try Fixture()
        let (test, training, models) = (try fixture.folder("t"), try fixture.folder("r"), try fixture.folder("m"))
        try fixture.recordOracle("a", in: test, count: 70_000, seed: 1)
        try fixture.recordOracle("b", in: training, count: 30_000, seed: 2)
        let path = models + "/m.safetensors"
        try Fixture.oracle(window: 512, labelOffset: 256).write(to: path)
        func evaluator(_ test: String, _ training: String?) throws -> ModelEvaluator {
            ModelEvaluator(
                dataset: try DatasetFolder(path: test), training: try training.map { try DatasetFolder(path: $0) })
        }
        #expect(try evaluator(test, training).stored(model: path) == nil)
        let first = try evaluator(test, training).evaluate(model: path, jobs: 1)
        #expect(first.report.model == "m" && first.report.all.averagePrecision == 1)
        try first.write(to: ModelEvaluator.reportPath(model: path))
        #expect(try evaluator(test, training).stored(model: path) == first)
        #expect(try evaluator(test, nil).stored(model: path) == nil)
        #expect(try evaluator(training, training).stored(model: path) == nil)

        // After a change of labels, the frames are evaluated again but the threshold is reused.
        try fixture.recordOracle("a", in: test, count: 70_000, seed: 3)
        #expect(try evaluator(test, training).stored(model: path) == nil)
        let stages = StageLog()
        let second = try evaluator(test, training).evaluate(model: path, jobs: 1) { stages.add($0.stage) }
        #expect(stages.all == [.frames] && second.provenance.threshold == first.provenance.threshold)

        // A different model of the same name, and a file that is not a report.
        try second.write(to: ModelEvaluator.reportPath(model: path))
        try Fixture.oracle(window: 600, labelOffset: 256).write(to: path)
        #expect(try evaluator(test, training).stored(model: path) == nil)
        try Data("{}".utf8).write(to: URL(fileURLWithPath: ModelEvaluator.reportPath(model: path)))
        #expect(try evaluator(test, training).stored(model: path) == nil)
        #expect(throws: ModelError.self) {
            _ = try evaluator(test, training).evaluate(model: models + "/none.safetensors", jobs: 1)
        }
    }

    @Test func recordingsInBothDatasetsAreCounted() throws {
        let fixture = try Fixture()
        let folder = try fixture.folder("t")
        try fixture.recordOracle("a", in: folder, count: 1_000, seed: 1)
        let set = try DatasetFolder(path: folder)
        #expect(ModelEvaluator(dataset: set, training: set).commonRecordings == 1)
        #expect(ModelEvaluator(dataset: set, training: nil).commonRecordings == 0)
    }
}
