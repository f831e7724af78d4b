import AlignmentTools
import Figures
import SVGReading
import Testing

@Suite struct AlignmentFigureTests {
    private func figure(regions: Int, seconds: Double = 100) throws -> Figure {
        let costs = try Heatmap(
            rows: 2, columns: 2, values: [0, 1, 1, 0], x: 0...seconds, y: 0...16, rendering: .image)
        let sound = try Heatmap(rows: 2, columns: 2, values: [0, 1, 1, 0], x: 5...15, y: 47.5...72.5)
        return AlignmentFigure(
            title: "T", note: "N", costs: costs, path: [[(0, 0), (50, 8)], [(50, 4), (seconds, 16)]],
            measures: [Axis.Place(0, "1"), Axis.Place(4, "2")], confidence: [(0...50, 0.9), (50...100, 0.2)],
            regions: (0..<regions).map { .init(times: Double($0)...Double($0) + 1, name: "mismatch \($0)", color: 1) },
            spectrogram: sound, notes: [.init(start: 6, end: 7, pitch: 60), .init(start: 90, end: 91, pitch: 60)]
        ).figure
    }

    @Test func figureShowsPathConfidenceSuspicionsAndOnsets() throws {
        let tree = try #require(SVGTree(try figure(regions: 2).document()))
        for text in ["Local cost and warping path", "Suspicions", "mismatch 0", "mismatch 1", "C4", "C5"] {
            #expect(tree.texts.contains(text), "\(text) in \(tree.texts)")
        }
        // Two stretches, the confidence, the note in the excerpt and its onset.
        #expect(tree.withClass("line").count == 5)
        #expect(try #require(SVGTree(try figure(regions: 0).document())).texts.contains("Suspicions") == false)
    }

    @Test func manySuspicionsShareFewLanes() throws {
        let few = try figure(regions: 1).document().height
        let many = try figure(regions: 60).document().height
        #expect(many > few && many < few + 6 * Regions.laneHeight)
    }
}
