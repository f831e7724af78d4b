import Basics
import Testing

@testable import Figures

@Suite struct ThinningTests {
    /// A single outlier in a million samples stays visible.
    @Test func extremesAndEndsAreKept() throws {
        var random = SplitMix64(seed: 21)
        for _ in 0..<50 {
            let count = Int.random(in: 5...1500, using: &random)
            let points = (0..<count).map { index in
                Point(x: 300 * Double(index) / Double(count), y: Double.random(in: 0...100, using: &random))
            }
            let thinned = Thinning.thinned(points)
            #expect(thinned.count <= 2 * 301 + 2)
            #expect(thinned.map(\.y).max() == points.map(\.y).max() && thinned.map(\.y).min() == points.map(\.y).min())
            #expect(thinned.first == points.first && thinned.last == points.last)
            #expect(zip(thinned, thinned.dropFirst()).allSatisfy { $0.x <= $1.x })
            #expect(thinned.allSatisfy(points.contains))
        }
    }

    @Test func backwardCurvesKeepTheirShape() {
        let loop = [Point(x: 0, y: 0), Point(x: 10, y: 0), Point(x: 10, y: 10), Point(x: 0, y: 10), Point(x: 0, y: 0)]
        #expect(Thinning.thinned(loop) == loop)
    }

    @Test func filesStaySmall() throws {
        var random = SplitMix64(seed: 22)
        let samples = (0..<200_000).map { _ in Double.random(in: -1...1, using: &random) }
        let line = Line(x: samples.indices.map(Double.init), y: samples)
        let document = try Figure(rows: [[Panel(x: Axis(), y: Axis(), marks: [.line(line)])]]).document()
        #expect(document.text.utf8.count < 30_000)
    }

    @Test func pathsAreShortAndExact() {
        var path = PathData()
        path.polyline([Point(x: 1.04, y: 2), Point(x: 2.56, y: 1.5), Point(x: 2.56, y: 1.5), Point(x: -0.5, y: 3)])
        #expect(path.text == "M1 2l1.6-.5-3.1 1.5")
        // Rounding errors do not accumulate: a thousand small steps end at the right position.
        var long = PathData()
        long.polyline((0...1000).map { Point(x: Double($0) * 0.033, y: 0) })
        let steps = long.text.drop { $0 != "l" }.dropFirst().split(separator: " ").compactMap { Double($0) }
        #expect(abs(steps.reduce(0, +) - 33) < 1e-6)
        #expect(Numeral.short(-0.04) == "0" && Numeral.short(.nan) == "0" && Numeral.short(-0.5) == "-.5")
    }
}
