import Basics
import Foundation
import SVGReading
import Testing

@testable import Figures

@Suite struct DocumentTests {
    private func figure(_ marks: [Mark], title: String? = "A title", y: Axis = Axis("y")) -> Figure {
        Figure(title: title, rows: [[Panel("Panel", x: Axis("x"), y: y, marks: marks)]])
    }

    private let rising = Mark.line(Line("rising", x: [0, 1, 2], y: [0, 1, 4]))

    @Test func smallFigureStructure() throws {
        let document = try figure([rising, .bars(.histogram("bars", heights: [1, 2], over: 0...2, style: .red))])
            .document()
        let tree = try #require(SVGTree(document))
        #expect(tree.elements.first?.name == "svg")
        #expect(tree.elements.first?.attributes["viewBox"] == "0 0 \(Int(document.width)) \(Int(document.height))")
        #expect(tree.named("title").map(\.text) == ["A title"])
        #expect(tree.withClass("panel").count == 1 && tree.withClass("axis").count == 1)
        #expect(tree.withClass("line").filter { $0.depth == 2 }.count == 1)
        #expect(tree.withClass("bars").count == 1)
        #expect(tree.withClass("legend").count == 1)
        for text in ["A title", "Panel", "x", "y", "rising", "bars", "0", "4"] {
            #expect(tree.texts.contains(text), "\(text)")
        }
        // Every text lies on the page.
        for text in tree.named("text") {
            #expect((0...document.width).contains(text.number("x")) && (0...document.height).contains(text.number("y")))
        }
    }

    @Test func hasNoExternalReferences() throws {
        let text = try figure([rising]).document().text
        for word in ["<script", "@import", "<image", "xlink", "url(http", "<foreignObject", "<!DOCTYPE", "<!ENTITY"] {
            #expect(!text.contains(word), "\(word)")
        }
    }

    @Test func outputIsDeterministic() throws {
        let first = try figure([rising]).document(theme: .auto)
        #expect(try figure([rising]).document(theme: .auto) == first)
    }

    @Test func themes() throws {
        func text(_ theme: Theme) throws -> String { try figure([rising]).document(theme: theme).text }
        #expect(try text(.auto).contains("prefers-color-scheme: dark"))
        #expect(try !text(.light).contains("prefers-color-scheme"))
        #expect(try !text(.dark).contains("prefers-color-scheme"))
        #expect(try text(.light).contains(".ground { fill: #ffffff") && text(.dark).contains(".ground { fill: #14181d"))
    }

    @Test(arguments: ["a < b & \"c\" > 'd'", "]]>", "<script>alert(1)</script>", "Ravel: «Boléro» ♯", "&amp;"])
    func specialCharactersSurvive(_ name: String) throws {
        let line = Mark.line(Line(name, x: [0, 1], y: [0, 1]))
        let tree = try #require(SVGTree(try figure([line], title: name).document()))
        #expect(tree.named("title").map(\.text) == [name])
        #expect(tree.texts.filter { $0 == name }.count == 2)
    }

    @Test func anyTextGivesWellFormedXML() throws {
        var random = SplitMix64(seed: 7)
        for _ in 0..<200 {
            let scalars = (0..<20).compactMap { _ in
                Unicode.Scalar(UInt32.random(in: 0...(Bool.random(using: &random) ? 0x7F : 0x1_FFFF), using: &random))
            }
            var name = ""
            name.unicodeScalars.append(contentsOf: scalars)
            #expect(SVGTree(try figure([rising], title: name).document()) != nil, "\(scalars)")
        }
    }

    @Test func nonFiniteValuesLeaveGaps() throws {
        let line = Line(x: [0, 1, 2, 3, 4, 5], y: [0, 1, .nan, 3, .infinity, 5])
        let tree = try #require(SVGTree(try figure([.line(line)]).document()))
        let paths = tree.withClass("line").compactMap { $0.attributes["d"] }
        // One line of two points; the two isolated points are dots.
        #expect(paths.map { $0.filter { $0 == "M" }.count } == [1, 2])
        #expect(!tree.elements.contains { $0.attributes.values.contains { $0.contains("nan") || $0.contains("inf") } })
    }

    @Test func emptyFiguresAreReported() throws {
        for marks in [[], [Mark.line(Line(x: [], y: []))], [.line(Line(x: [1], y: [.nan]))]] {
            let error = try #require(throws: FiguresError.self) { try figure(marks).document() }
            #expect("\(error)".contains("nothing to draw") && "\(error)".contains("Panel"), "\(error)")
        }
        #expect(throws: FiguresError.self) { try Figure(rows: []).document() }
        #expect(throws: FiguresError.self) {
            try figure([rising], y: Axis(kind: .logarithmic, domain: 0...1)).document()
        }
        #expect(throws: FiguresError.self) {
            try Figure(rows: [[Panel(x: Axis(), y: Axis(), marks: [rising])]], width: .nan).document()
        }
    }

    @Test func singlePointIsDrawn() throws {
        let tree = try #require(SVGTree(try figure([.line(Line(x: [3], y: [7]))]).document()))
        #expect(tree.withClass("line").count == 1)
    }

    @Test func writeErrorNamesPath() throws {
        let document = try figure([rising]).document()
        let path = "/nonexistent-folder/x.svg"
        let error = try #require(throws: FiguresError.self) { try document.write(to: path) }
        #expect("\(error)".contains(path))
    }

    @Test func marksBeyondPanelAreClipped() throws {
        let wild = Mark.line(Line(x: [0, 1, 2], y: [0, 1e50, -1e50]))
        let tree = try #require(SVGTree(try figure([wild], y: Axis(domain: 0...1)).document()))
        #expect(tree.named("clipPath").count == 1)
        #expect(SVGTree(try figure([rising]).document())?.named("clipPath").isEmpty == true)
    }
}
