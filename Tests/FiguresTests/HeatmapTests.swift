import Basics
import Foundation
import SVGReading
import Testing

@testable import Figures

@Suite struct HeatmapTests {
    @Test func runsCoverEveryCellOnce() throws {
        var random = SplitMix64(seed: 31)
        for _ in 0..<50 {
            let (rows, columns) = (Int.random(in: 1...40, using: &random), Int.random(in: 1...40, using: &random))
            let values = (0..<rows * columns).map { _ in
                Int.random(in: 0...9, using: &random) == 0 ? Double.nan : Double.random(in: 0...1, using: &random)
            }
            let map = try Heatmap(rows: rows, columns: columns, values: values, range: 0...1)
            let cells = HeatmapRuns(map, width: 500, height: 500)
            var seen = [Int](repeating: -1, count: rows * columns)
            for (level, runs) in cells.runs.enumerated() {
                for run in runs {
                    for column in run.column..<run.column + run.length {
                        #expect(seen[run.row * columns + column] == -1)
                        seen[run.row * columns + column] = level
                    }
                }
            }
            for (level, value) in zip(seen, values) {
                let wanted =
                    value.isNaN ? ColorMap.levels : min(Int(value * Double(ColorMap.levels)), ColorMap.levels - 1)
                #expect(level == wanted)
            }
        }
    }

    @Test func noiseIsCoarsenedToFit() throws {
        var random = SplitMix64(seed: 32)
        let values = (0..<360_000).map { _ in Double.random(in: 0...1, using: &random) }
        let map = try Heatmap(rows: 600, columns: 600, values: values, title: "cost")
        let figure = Figure(rows: [[Panel(x: Axis("frames"), y: Axis("frames"), marks: [.heatmap(map)])]])
        let document = try figure.document()
        #expect(document.text.utf8.count < 200_000)
        let tree = try #require(SVGTree(document))
        #expect(tree.texts.contains("cost"))
    }

    @Test func lineIsOnTopAndLegendBeside() throws {
        let map = try Heatmap(rows: 2, columns: 2, values: [0, 1, 2, 3])
        let marks: [Mark] = [.heatmap(map), .line(Line("path", x: [0, 2], y: [0, 2], style: .red))]
        let document = try Figure(rows: [[Panel(x: Axis(), y: Axis(), marks: marks)]]).document()
        let names = try #require(SVGTree(document)).elements.flatMap(\.classes)
        let cells = try #require(names.firstIndex(of: "cells"))
        #expect(names[cells...].contains("line"))
    }

    @Test func constantAndMissingValuesAreDrawn() throws {
        let same = try Heatmap(rows: 1, columns: 3, values: [2, 2, 2])
        #expect(SVGTree(try Figure(rows: [[Panel(x: Axis(), y: Axis(), marks: [.heatmap(same)])]]).document()) != nil)
        let missing = try Heatmap(rows: 1, columns: 1, values: [.nan])
        #expect(throws: FiguresError.self) {
            try Figure(rows: [[Panel(x: Axis(), y: Axis(), marks: [.heatmap(missing)])]]).document()
        }
        #expect(throws: FiguresError.self) { try Heatmap(rows: 2, columns: 2, values: [1]) }
        #expect(throws: FiguresError.self) { try Heatmap(rows: 1, columns: 1, values: [1], range: 0...(.infinity)) }
        #expect(throws: FiguresError.self) { try Heatmap(rows: .max, columns: 2, values: []) }
    }

    @Test func coloursCoverTheMap() {
        #expect(ColorMap.viridis.color(at: 0) == "#440154" && ColorMap.viridis.color(at: 1) == "#fde725")
        #expect(ColorMap.viridis.color(at: .nan) == "#440154" && ColorMap.viridis.color(at: 7) == "#fde725")
    }
}
