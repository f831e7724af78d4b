import Basics
import Foundation
import Testing

@testable import Figures

@Suite struct LayoutTests {
    private func layout(_ panels: [[Panel]], width: Double = 700) throws -> FigureLayout {
        try FigureLayout(Figure(title: "Title", note: "A note.", rows: panels, width: width))
    }

    /// Closely spaced points along all curves of a panel.
    private func points(of panel: PanelLayout) -> [Point] {
        var points: [Point] = []
        for case .line(let pieces) in panel.marks {
            for piece in pieces {
                for (a, b) in zip(piece, piece.dropFirst()) {
                    for part in 0...50 {
                        let share = Double(part) / 50
                        points.append(Point(x: a.x + (b.x - a.x) * share, y: a.y + (b.y - a.y) * share))
                    }
                }
            }
        }
        return points
    }

    private func contains(_ rect: Rect, _ point: Point) -> Bool {
        (rect.minX...rect.maxX).contains(point.x) && (rect.minY...rect.maxY).contains(point.y)
    }

    /// For any curves, the legend covers none of them and lies on the page.
    @Test func legendsNeverCoverCurves() throws {
        var random = SplitMix64(seed: 11)
        for round in 0..<300 {
            let lines = (0..<Int.random(in: 1...5, using: &random)).map { index in
                let count = Int.random(in: 2...60, using: &random)
                let slope = Double.random(in: -2...2, using: &random)
                return Mark.line(
                    Line(
                        "series \(index)", x: (0..<count).map(Double.init),
                        y: (0..<count).map {
                            slope * Double($0) / Double(count) + Double.random(in: 0...0.4, using: &random)
                        }))
            }
            let layout = try layout([[Panel(x: Axis("x"), y: Axis("y"), marks: lines)]])
            let panel = layout.panels[0][0]
            let legend = try #require(panel.legendRect)
            #expect(points(of: panel).allSatisfy { !contains(legend, $0) }, "round \(round)")
            #expect(legend.minX >= 0 && legend.maxX <= layout.size.width && legend.maxY <= layout.size.height)
            let isInside = legend.maxX <= panel.plot.maxX && legend.maxY <= panel.plot.maxY
            #expect(isInside || legend.minX >= panel.plot.maxX)
        }
    }

    @Test func legendFindsTheFreeCorner() throws {
        let falling = Panel(
            x: Axis(domain: 0...1), y: Axis(domain: 0...1), marks: [.line(Line("a", x: [0, 1], y: [1, 0]))])
        let rising = Panel(
            x: Axis(domain: 0...1), y: Axis(domain: 0...1), marks: [.line(Line("a", x: [0, 1], y: [0, 1]))])
        let places = try [falling, rising].map { panel in
            let panel = try layout([[panel]]).panels[0][0]
            return (try #require(panel.legendRect).x - panel.plot.x) / panel.plot.width
        }
        #expect(places[0] > 0.5 && places[1] < 0.5)
        #expect(places.allSatisfy { $0 < 1 })
    }

    @Test func crowdedPanelGetsLegendBesideAndWiderPage() throws {
        var random = SplitMix64(seed: 5)
        let noise = Line(
            "noise", x: (0..<500).map(Double.init), y: (0..<500).map { _ in Double.random(in: 0...1, using: &random) })
        let crowded = try layout([[Panel(x: Axis(), y: Axis(), marks: [.line(noise)])]])
        let panel = crowded.panels[0][0]
        #expect(try #require(panel.legendRect).minX > panel.plot.maxX)
        #expect(crowded.size.width > 700)
    }

    /// Tick labels do not overlap and lie on the page.
    @Test func tickLabelsNeverOverlap() throws {
        var random = SplitMix64(seed: 12)
        for _ in 0..<300 {
            let scale = pow(10, Double.random(in: -12...12, using: &random))
            let line = Line(x: [Double.random(in: -scale...scale, using: &random), scale], y: [0, 1])
            let columns = Int.random(in: 1...4, using: &random)
            let row = (0..<columns).map { _ in Panel(x: Axis("x"), y: Axis("y"), marks: [.line(line)]) }
            let layout = try layout([row])
            for panel in layout.panels[0] {
                let labels = panel.xTicks.ticks.map { tick in
                    let middle = panel.plot.minX + (panel.xScale.fraction(tick.value) ?? 0) * panel.plot.width
                    let half = TextMetrics.width(tick.label, size: StyleSheet.tickSize) / 2
                    return (middle - half, middle + half)
                }
                #expect(zip(labels, labels.dropFirst()).allSatisfy { $0.1 < $1.0 })
            }
        }
    }

    @Test func panelsAlignInColumns() throws {
        func panel(_ top: Double) -> Panel {
            Panel(x: Axis("x"), y: Axis("y"), marks: [.line(Line(x: [0, 1], y: [0, top]))])
        }
        let layout = try layout([[panel(1), panel(1)], [panel(1e9), panel(3)]])
        let plots = layout.panels.map { $0.map(\.plot) }
        #expect(plots[0][0].minX == plots[1][0].minX && plots[0][0].maxX == plots[1][0].maxX)
        #expect(plots[0][1].minX == plots[1][1].minX)
        #expect(plots[0][0].maxX < plots[0][1].minX && plots[0][0].maxY < plots[1][0].minY)
        #expect(plots[1][1].maxX < layout.size.width && plots[1][1].maxY < layout.size.height)
    }

    @Test func longNamesAreSlanted() throws {
        let names = [
            "CNN, 64 stride, window 16384", "MLP, 2500 nodes, window 2048", "log-spectrograms, window 8192", "short",
        ]
        func layout(_ names: [String]) throws -> PanelLayout {
            try self.layout(
                [
                    [
                        Panel(
                            x: Axis(labels: .names(names)), y: Axis(includesZero: true),
                            marks: [.bars(.group(heights: [1, 2, 3, 4], series: 0, of: 1))])
                    ]
                ], width: 400
            ).panels[0][0]
        }
        let slanted = try layout(names)
        #expect(slanted.isSlanted)
        // The first name starts on the page.
        let reach = TextMetrics.width(names[0], size: StyleSheet.tickSize) * cos(PanelLayout.slant * .pi / 180)
        #expect(slanted.plot.minX + slanted.plot.width / 8 - reach > 0)
        #expect(try !layout(["a", "b", "c", "d"]).isSlanted)
    }

    @Test func longTitlesAreWrappedAndTruncated() throws {
        let words = TextMetrics.wrapped("one two three four five six seven", size: 10, width: 80)
        #expect(words.count > 1 && words.joined(separator: " ") == "one two three four five six seven")
        #expect(words.allSatisfy { TextMetrics.width($0, size: 10) <= 80 })
        let short = TextMetrics.fitted(String(repeating: "x", count: 100), size: 10, width: 80)
        #expect(short.hasSuffix("…") && TextMetrics.width(short, size: 10) <= 80 && short.count > 8)
    }
}
