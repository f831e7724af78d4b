import Basics
import Foundation
import SVGReading
import Testing

@testable import Figures

@Suite struct ImageTests {
    private func heatmap(rows: Int, columns: Int) throws -> Heatmap {
        var random = SplitMix64(seed: 5)
        let values = (0..<rows * columns).map { _ in Double.random(in: 0...1, using: &random) }
        return try Heatmap(rows: rows, columns: columns, values: values, title: "cost", rendering: .image)
    }

    @Test func pngHasSizePaletteAndPixels() throws {
        let image = PNGImage(
            width: 5, height: 3, palette: [(255, 0, 0), (0, 0, 255)], pixels: (0..<15).map { UInt8($0 % 2) })
        let bytes = image.data
        #expect(bytes.prefix(8) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
        #expect(bytes[16..<24] == [0, 0, 0, 5, 0, 0, 0, 3])
        // Published check value: the CRC-32 of "IEND".
        #expect(bytes.suffix(8) == [0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82])
        let palette = try #require(bytes.firstRange(of: Array("PLTE".utf8)))
        #expect(bytes[palette.upperBound..<palette.upperBound + 6] == [255, 0, 0, 0, 0, 255])
    }

    @Test func lowestRowIsAtBottomAndMissingIsGrey() throws {
        let map = try Heatmap(rows: 2, columns: 2, values: [0, 1, .nan, 0.5], range: 0...1)
        let image = HeatmapImage(map, width: 100, height: 100).image
        #expect(image.width == 2 && image.height == 2)
        #expect(image.pixels == [64, 32, 0, 63])
        #expect(image.palette.count == 65)
    }

    @Test func imageOfAnHourHasBoundedSize() throws {
        let map = try heatmap(rows: 2000, columns: 5000)
        let figure = Figure(rows: [[Panel(x: Axis(), y: Axis(), marks: [.heatmap(map)])]], width: 3000)
        let document = try figure.document()
        #expect(document.text.utf8.count < 3_000_000)
        let image = try #require(SVGTree(document)?.named("image").first)
        #expect(image.attributes["href"]?.hasPrefix("data:image/png;base64,iVBOR") == true)
        #expect(image.attributes["preserveAspectRatio"] == "none")
    }

    @Test func rowsHaveRequestedHeights() throws {
        let line = Panel(x: Axis(), y: Axis(), marks: [.line(Line(x: [0, 1], y: [0, 1]))])
        let low = try Figure(rows: [[line], [line]], rowHeights: [100, 50]).document().height
        let high = try Figure(rows: [[line], [line]], rowHeights: [100, 150]).document().height
        #expect(high - low == 100)
        #expect(throws: FiguresError.self) { try Figure(rows: [[line], [line]], rowHeights: [100]).document() }
        #expect(throws: FiguresError.self) { try Figure(rows: [[line]], rowHeights: [.nan]).document() }
    }

    @Test func namedPlacesAreThinnedToFit() throws {
        let places = (0..<500).map { Axis.Place(Double($0), "m\($0)") }
        let panel = Panel(
            x: Axis(domain: 0...499, labels: .places(places)), y: Axis(domain: 0...499, labels: .places(places)),
            marks: [.line(Line(x: [0, 499], y: [0, 499]))])
        let texts = try #require(SVGTree(try Figure(rows: [[panel]]).document())).texts
        let named = texts.filter { $0.hasPrefix("m") }
        #expect(named.contains("m0") && named.count > 8 && named.count < 40)
    }
}
