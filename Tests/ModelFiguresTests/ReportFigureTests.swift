import Basics
import Foundation
import SVGReading
import Testing

@testable import Figures
@testable import ModelFigures

@Suite struct FrequencyFigureTests {
    @Test func fundamentalFrequencies() {
        #expect(FrequencyFigure.frequency(ofNote: 69) == 440 && FrequencyFigure.frequency(ofNote: 81) == 880)
        #expect(abs(FrequencyFigure.frequency(ofNote: 60) - 261.6256) < 1e-3)
    }

    @Test func countsFallIntoTheirBins() {
        #expect(Bars.counts(of: [0, 0.5, 1, 1.5, 3, -1, 4, .nan], in: 0...3, bins: 3) == [2, 2, 1])
        #expect(Bars.counts(of: [1], in: 0...3, bins: 0).isEmpty)
        var random = SplitMix64(seed: 51)
        let values = (0..<1000).map { _ in Double.random(in: 0...3500, using: &random) }
        #expect(Bars.counts(of: values, in: 0...3500, bins: 35).reduce(0, +) == 1000)
    }

    @Test func hasOneOrTwoPanels() throws {
        let notes = (0..<6000).map { _ in 440.0 }
        let one = try FrequencyFigure.figure(notes: notes + [9000], filters: nil, dataset: "set", model: nil)
        let tree = try #require(SVGTree(try one.document()))
        #expect(tree.withClass("panel").count == 1 && tree.texts.contains("notes (thousands)"))
        #expect(tree.texts.contains("6,001 notes, 1 of them above 3500 Hz."))
        let two = try FrequencyFigure.figure(notes: [440], filters: [0, 441], dataset: "set", model: "cnn")
        let both = try #require(SVGTree(try two.document()))
        #expect(both.withClass("panel").count == 2 && both.texts.contains("notes") && both.texts.contains("filters"))
        #expect(throws: FiguresError.self) {
            try FrequencyFigure.figure(notes: [], filters: nil, dataset: "", model: nil)
        }
        #expect(throws: FiguresError.self) {
            try FrequencyFigure.figure(notes: [440], filters: nil, dataset: "", model: nil, binWidth: 0)
        }
    }
}

@Suite struct PrecisionRecallFigureTests {
    private func part(_ name: String, _ precision: [Double] = [1, 0.8, 0.1]) -> PrecisionRecallReport.Part {
        PrecisionRecallReport.Part(name: name, recall: [0, 0.5, 1], precision: precision, averagePrecision: 0.625)
    }

    private var report: PrecisionRecallReport {
        PrecisionRecallReport(
            path: "cnn.json", title: "CNN", all: part("all"),
            byLabelCount: [part("1 label"), part("2 labels"), part("3 labels")],
            recordings: [part("2303"), part("bach")])
    }

    @Test func defaultsToThePapersCurves() throws {
        let curves = try report.curves()
        #expect(curves.map(\.name) == ["all frames", "1 label", "3 labels"])
        #expect(curves.map(\.style) == [.blue, .green, .red])
        let figure = try PrecisionRecallFigure.figure([.init(curves: curves)], title: "CNN")
        let tree = try #require(SVGTree(try figure.document()))
        #expect(tree.texts.contains("1 label, AP 62.5%"))
        #expect(["s0", "s1", "s2"].allSatisfy { !tree.withClass($0).isEmpty })
    }

    @Test func missingCurvesAreLeftOut() throws {
        var report = report
        report.byLabelCount = [part("1 label")]
        #expect(try report.curves().map(\.name) == ["all frames", "1 label"])
    }

    @Test func findsSubsetsByName() throws {
        #expect(
            try report.curves(["2", "3 labels", "2303", "bach", "all"]).map(\.name) == [
                "2 labels", "3 labels", "2303", "bach", "all frames",
            ])
        let error = try #require(throws: FiguresError.self) { try report.curves(["7"]) }
        #expect("\(error)".contains("cnn.json") && "\(error)".contains("'7'") && "\(error)".contains("2 labels"))
    }

    @Test func unevenAndEmptyCurvesAreReported() throws {
        var uneven = report
        uneven.all = part("all", [1])
        #expect(throws: FiguresError.self) { try uneven.curves() }
        var empty = report
        empty.all = part("all", [.nan, .nan, .nan])
        let curves = try empty.curves(["all"])
        let error = try #require(throws: FiguresError.self) {
            try PrecisionRecallFigure.figure([.init(curves: curves)], title: "")
        }
        #expect("\(error)".contains("all frames"))
        #expect(throws: FiguresError.self) { try PrecisionRecallFigure.figure([], title: "") }
    }

    @Test func manyModelsGetOnePanelEach() throws {
        let groups = try (0..<5).map { PrecisionRecallFigure.Group(title: "model \($0)", curves: try report.curves()) }
        let tree = try #require(SVGTree(try PrecisionRecallFigure.figure(groups, title: "all").document()))
        #expect(tree.withClass("panel").count == 5 && tree.withClass("legend").count == 5)
    }
}

@Suite struct ReportFigureTests {
    @Test func reliabilityHasOneCurvePerModel() throws {
        let curve = ReliabilityFigure.Curve(
            name: "grid", confidence: [0, 0.3, 0.9], right: [0, 0.25, 0.95], counts: [0, 20, 80], error: 0.05)
        let tree = try #require(SVGTree(try ReliabilityFigure.figure([curve, curve]).document()))
        #expect(tree.withClass("panel").count == 2)
        #expect(tree.texts.contains("grid, error 5.0%"))
        let empty = ReliabilityFigure.Curve(name: "none", confidence: [], right: [], counts: [0], error: .nan)
        #expect(throws: FiguresError.self) { try ReliabilityFigure.figure([empty]) }
    }

    @Test func lookaheadHasOnePanelPerDataset() throws {
        let study = LookaheadFigure.Study(
            title: "piano", lookahead: [186, 0, 58], averagePrecision: [0.8, 0.6, 0.75], frameF1: [0.7, 0.5, 0.6],
            onsetF1: [0.9, 0.2, 0.8])
        let tree = try #require(SVGTree(try LookaheadFigure.figure([study, study]).document()))
        #expect(tree.withClass("panel").count == 2 && tree.texts.contains("lookahead (ms)"))
        let none = LookaheadFigure.Study(title: "x", lookahead: [], averagePrecision: [], frameF1: [], onsetF1: [])
        #expect(throws: FiguresError.self) { try LookaheadFigure.figure([none]) }
    }
}
