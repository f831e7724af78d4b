import Basics
import Foundation
import SVGReading
import Testing

@testable import Figures

@Suite struct RegionTests {
    @Test func laneNamesNeverOverlapOrLeavePanel() throws {
        var random = SplitMix64(seed: 9)
        let plot = Rect(x: 40, y: 10, width: 700, height: 6 * Regions.laneHeight)
        let scale = try Scale(.linear, domain: 0...100)
        for _ in 0..<100 {
            let spans = (0..<Int.random(in: 1...30, using: &random)).map { index -> Regions.Span in
                let start = Double.random(in: -10...110, using: &random)
                let length = Double.random(in: 0...30, using: &random)
                return Regions.Span(start...start + length, name: "skipped: measures \(index)-\(index + 12)")
            }
            let placed = PlacedRegion.placed(Regions(spans, layout: .lanes), x: scale, plot: plot)
            let boxes = placed.flatMap { region -> [Rect] in
                guard let name = region.name else { return [region.rect] }
                let width = TextMetrics.width(region.text, size: StyleSheet.tickSize)
                let left = region.isNameBefore ? name.x - width : name.x
                return [region.rect, Rect(x: left, y: name.y - 9, width: width, height: 10)]
            }
            for (index, box) in boxes.enumerated() {
                #expect(box.minX >= plot.minX - 250 && box.maxX <= plot.maxX + 3)
                #expect(box.minY >= plot.minY && box.maxY <= plot.maxY)
                for other in boxes[(index + 1)...] { #expect(!box.intersects(other)) }
            }
        }
    }

    @Test func shadedRegionsSpanPanelWithoutNames() throws {
        let marks: [Mark] = [
            .regions(Regions([.init(2...3, name: "x")], layout: .shaded)), .line(Line(x: [0, 10], y: [0, 1])),
        ]
        let tree = try #require(SVGTree(try Figure(rows: [[Panel(x: Axis(), y: Axis(), marks: marks)]]).document()))
        #expect(tree.withClass("region").count == 1)
        #expect(!tree.texts.contains("x"))
    }
}
