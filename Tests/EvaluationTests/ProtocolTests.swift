import Datasets
import Evaluation
import Foundation
import Networks
import Testing

@Suite struct ProtocolTests {
    /// The protocol with few frames, for recordings of a few seconds.
    static let short: PaperProtocol = {
        var design = PaperProtocol()
        design.count = 30
        return design
    }()

    @Test func gridMatchesThePaper() {
        let design = PaperProtocol()
        #expect(design.grid(sampleCount: 44_100 + 16_383).count == 0)
        #expect(design.grid(sampleCount: 44_100 + 16_384).count == 1)
        #expect(design.grid(sampleCount: 44_100 + 16_384 + 511).count == 1)
        #expect(design.grid(sampleCount: 44_100 + 16_384 + 512).count == 2)
        #expect(design.grid(sampleCount: design.fullLength - 1).count == 7_499)
        #expect(design.grid(sampleCount: design.fullLength).count == 7_500)
        #expect(design.grid(sampleCount: 1_000_000_000).count == 7_500)
        let grid = design.grid(sampleCount: 1_000_000)
        #expect(grid.first == 44_100 + 8_192 && grid.step == 512)
        #expect(design.thresholds.count == 500 && design.thresholds[1] == 0.002 && design.thresholds.last == 0.998)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var layers: [Layer]
        var window: Int
        var hop = 512
        var labelOffset: Int
        var normalizes = false
        var conditioning: LevelConditioning?
        var heads: [Head] = [.sounding]
        var testDescription: String { name }
    }

    static let cases = [
        Case(name: "small window", layers: mlp, window: 2048, labelOffset: 1024),
        Case(name: "small window, normalised", layers: mlp, window: 2048, labelOffset: 1024, normalizes: true),
        Case(name: "odd window", layers: mlp, window: 2148, labelOffset: 1074),
        Case(name: "shared work", layers: cnn(128), window: 16384, labelOffset: 8192),
        Case(name: "gain", layers: cnn(128), window: 16384, labelOffset: 8192, conditioning: LevelConditioning()),
        Case(name: "no lookahead", layers: mlp, window: 2048, labelOffset: 2048, conditioning: LevelConditioning()),
        Case(
            name: "short hop", layers: mlp, window: 1024, hop: 128, labelOffset: 300, conditioning: LevelConditioning()),
        Case(name: "wide window", layers: mlp, window: 40000, labelOffset: 5000),
        Case(
            name: "wide window, gain", layers: mlp, window: 70000, labelOffset: 65000, conditioning: LevelConditioning()
        ),
        Case(name: "two heads", layers: cnn(256), window: 8192, labelOffset: 4096, heads: [.onset, .sounding]),
    ]
    static let mlp: [Layer] = [.linear(outputs: 3, bias: true), .logReLU, .linear(outputs: 128, bias: false)]
    static func cnn(_ outputs: Int) -> [Layer] {
        [
            .convolution(filters: 4, width: 2048, stride: 64), .logReLU, .averagePool(width: 16, step: 8),
            .linear(outputs: outputs, bias: false),
        ]
    }

    /// The streamed scores of each frame equal the evaluation of the frame's window alone.
    @Test(arguments: cases) func streamedScoresMatchWholeWindows(_ item: Case) throws {
        let fixture = try Fixture()
        let folder = try fixture.folder("set")
        let samples = Fixture.samples(44_100 + 16_384 + 512 * 20 + 77, seed: 3)
        try fixture.record(
            "a", in: folder, samples: samples, notes: [(50_000, 52_292 + 512, 64), (52_292 + 512, 60_000, 65)])
        let model = try Fixture.model(
            item.layers, window: item.window, hop: item.hop, labelOffset: item.labelOffset,
            normalizes: item.normalizes, conditioning: item.conditioning, heads: item.heads)
        let frames = try #require(
            try ProtocolRun(model: model, design: Self.short).frames(DatasetFolder(path: folder).recordings).first
        )
        #expect(frames.count == 21)
        #expect((0..<3).map { frames.truth[$0, 64] } == [true, false, false])
        #expect((0..<3).map { frames.truth[$0, 65] } == [false, true, true])

        // Hops are aligned with the ends of windows, so the first hop starts at the remainder.
        var conditioned = samples
        if let conditioning = item.conditioning {
            let first = (52_292 + item.window - item.labelOffset) % item.hop
            var conditioner = LevelConditioner(conditioning, hop: item.hop, sampleRate: 44_100)
            conditioned += [Float](repeating: 0, count: 1 << 17)
            for index in 0..<first { conditioned[index] = 0 }
            for start in stride(from: first, to: conditioned.count - item.hop, by: item.hop) {
                var part = Array(conditioned[start..<start + item.hop])
                var span = part.mutableSpan
                conditioner.process(&span)
                conditioned.replaceSubrange(start..<start + item.hop, with: part)
            }
        }
        let network = try WindowNetwork(model: model)
        let column = 128 * (item.heads.firstIndex(of: .sounding) ?? 0)
        for row in 0..<frames.count {
            let start = 44_100 + 8_192 + 512 * row - item.labelOffset
            let window = (start..<start + item.window).map { conditioned.indices.contains($0) ? conditioned[$0] : 0 }
            var expected = [Float](repeating: 0, count: network.outputCount)
            var span = expected.mutableSpan
            network.evaluate(window.span, into: &span)
            // The rounding error of a sum of 40,000 products depends on its terms, not on its small result.
            let scale = expected.map(\.magnitude).max() ?? 1
            for note in 0..<128 {
                #expect(abs(frames.scores[row * 128 + note] - expected[column + note]) <= 2e-5 * max(scale, 0.1))
            }
        }
    }

    /// A network that outputs the sample at the frame reproduces every label, which checks the alignment of frames and
    /// labels.
    @Test(arguments: [(2048, 1024), (16384, 8192), (1000, 0), (600, 599)])
    func oracleModelReachesPerfectScores(_ window: Int, _ labelOffset: Int) throws {
        let fixture = try Fixture()
        let (test, training) = (try fixture.folder("test"), try fixture.folder("training"))
        for seed in 1...2 { try fixture.recordOracle("t\(seed)", in: test, count: 75_000, seed: UInt64(seed)) }
        for seed in 4...5 { try fixture.recordOracle("r\(seed)", in: training, count: 50_000, seed: UInt64(seed)) }
        var design = PaperProtocol()
        design.thresholdWindows = 20
        for conditioning in window == 2048 ? [nil, LevelConditioning()] : [nil] {
            let model = try Fixture.oracle(window: window, labelOffset: labelOffset, conditioning: conditioning)
            let run = ProtocolRun(model: model, design: design, jobs: 2)
            let threshold = try run.threshold(training: DatasetFolder(path: training))
            let chosen = try #require(threshold.training)
            #expect(chosen.f1 == 1 && chosen.windows == 40 && chosen.recordings == 2 && threshold.threshold == 0)
            let report = try run.report(name: "oracle", dataset: DatasetFolder(path: test), threshold: threshold)
            #expect(report.all.precision == 1 && report.all.recall == 1 && report.all.averagePrecision == 1)
            #expect(report.all.frames == 2 * 29 && report.recordings.map(\.name) == ["t1", "t2"])
            #expect(report.all.labels > 15)
            #expect(report.multiPitch.accuracy == 1 && report.multiPitch.totalError == 0)
            #expect(report.byLabelCount.map(\.name) == ["1 label", "3 labels"])
            #expect(report.byLabelCount.map(\.frames) == [report.all.labels, 0])
        }
    }

    @Test func resultsDoNotDependOnJobsOrOrder() throws {
        let fixture = try Fixture()
        let folder = try fixture.folder("set")
        for seed in 1...4 {
            try fixture.record(
                "r\(seed)", in: folder, samples: Fixture.samples(65_000, seed: UInt64(seed)), notes: [(0, 60_000, 60)])
        }
        let recordings = try DatasetFolder(path: folder).recordings
        let model = try Fixture.model(
            Self.cnn(128), window: 16384, labelOffset: 8192, conditioning: LevelConditioning())
        let alone = try ProtocolRun(model: model, jobs: 1).frames(recordings)
        let together = try ProtocolRun(model: model, jobs: 3).frames(recordings.reversed())
        #expect(alone.map(\.name) == ["r1", "r2", "r3", "r4"])
        #expect(alone.map(\.scores) == together.reversed().map(\.scores))
        let training = try DatasetFolder(path: folder)
        let first = try ProtocolRun(model: model, jobs: 1).threshold(training: training)
        let second = try ProtocolRun(model: model, jobs: 4).threshold(training: training)
        #expect(first == second)
    }

    /// Windows that are fed hop by hop have the same scores as whole windows.
    @Test func windowsFedHopByHopMatchWholeWindows() throws {
        let fixture = try Fixture()
        let folder = try fixture.folder("set")
        try fixture.record(
            "a", in: folder, samples: Fixture.samples(100_000, seed: 5), notes: [(10_000, 60_000, 60), (0, 90_000, 61)])
        try fixture.record("b", in: folder, samples: Fixture.samples(20_000, seed: 6), notes: [(0, 10_000, 62)])
        try fixture.record("short", in: folder, samples: Fixture.samples(16_000, seed: 6), notes: [(0, 10_000, 62)])
        let training = try DatasetFolder(path: folder)
        let shared = try Fixture.model(Self.cnn(128), window: 16384, labelOffset: 8192)
        var info = shared.info
        info.hop = 500  // does not divide the window, so no work is shared
        let whole = try Model(info: info, tensors: shared.tensors)
        let first = try ProtocolRun(model: shared).threshold(training: training)
        let second = try ProtocolRun(model: whole).threshold(training: training)
        #expect(first.threshold == second.threshold)
        #expect(abs((first.training?.f1 ?? 0) - (second.training?.f1 ?? 1)) < 0.02)
        #expect(first.training?.recordings == 2 && first.training?.windows == 100)
    }

    @Test func withoutTrainingDataTheModelsThresholdIsUsed() throws {
        let model = try Fixture.oracle(window: 512, labelOffset: 256)
        let choice = try ProtocolRun(model: model).threshold(training: nil)
        #expect(choice.threshold == model.info.thresholds.on && choice.training == nil)
    }

    @Test func unsuitableModelsAndDatasetsAreRejected() throws {
        let fixture = try Fixture()
        let folder = try fixture.folder("set")
        try fixture.record("a", in: folder, samples: Fixture.samples(1_000, seed: 1), notes: [])
        let dataset = try DatasetFolder(path: folder)
        let oracle = try Fixture.oracle(window: 512, labelOffset: 256)
        let choice = ThresholdChoice(threshold: 0.5)
        #expect(throws: EvaluationError.self) {
            _ = try ProtocolRun(model: oracle).report(name: "x", dataset: dataset, threshold: choice)
        }
        #expect(throws: EvaluationError.self) {
            _ = try ProtocolRun(model: oracle).threshold(training: dataset)
        }
        var info = oracle.info
        info.hop = 300
        expectUnsuitable(try Model(info: info, tensors: oracle.tensors), dataset, "hop of 300")
        info = oracle.info
        info.sampleRate = 22_050
        expectUnsuitable(try Model(info: info, tensors: oracle.tensors), dataset, "22050 Hz")
        info = oracle.info
        info.architecture.heads = [.onset]
        expectUnsuitable(try Model(info: info, tensors: oracle.tensors), dataset, "sounding")
    }

    private func expectUnsuitable(_ model: Model, _ dataset: DatasetFolder, _ part: String) {
        do {
            _ = try ProtocolRun(model: model).frames(dataset.recordings)
            Issue.record("accepted a model with \(part)")
        } catch {
            #expect("\(error)".contains(part))
        }
    }
}
